import type { InputOf, RouteId } from '../contract/routes.ts';
import { rfc3339 } from '../core/common/clock.ts';
import type { RequestSource } from '../core/common/requestSource.ts';
import type { Principal } from '../core/sessions/principal.ts';
import type { RequestCookies } from './cookies.ts';

/** What an endpoint sees of a request: its parsed input, who asks, and from where. */
export interface EndpointRequest<R extends RouteId> {
  readonly input: InputOf<R>;
  /** Undefined on a public route, and for an anonymous request on an `optional` one. */
  readonly principal: Principal | undefined;
  /** Whether its `Authorization` header is refused; only where the contract has the route outlive that. */
  readonly refused: boolean;
  readonly from: RequestSource;
  /** When the request arrived at the gateway, in epoch milliseconds. After a cold start the Lambda's clock is later. */
  readonly arrivedAtMs: number;
  /** Whether a browser's script or form sent it: such a request never gets a refresh token in a body. */
  readonly fromBrowser: boolean;
  readonly cookies: RequestCookies;
  /** The `X-CSRF-Token` header. */
  readonly csrfToken: string | undefined;
}

export interface EndpointResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `Set-Cookie` values. */
  readonly cookies?: readonly string[];
}

export type Endpoint<R extends RouteId> = (request: EndpointRequest<R>) => Promise<EndpointResponse>;

/** The endpoints of one Lambda, by route. */
export type Endpoints<R extends RouteId> = { readonly [Id in R]: Endpoint<Id> };

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): EndpointResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

export const accepted: EndpointResponse = { status: 202 };

export const noContent: EndpointResponse = { status: 204 };

/** A point in time on the wire (RFC 3339), from epoch seconds. */
export function instantOf(epochSeconds: number): string {
  return rfc3339(epochSeconds);
}
