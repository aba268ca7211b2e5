import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { findRoute, inputOf, type RouteId, routeById, routeIds, routes } from '../contract/routes.ts';
import { ProblemError } from '../core/common/errors.ts';
import type { RequestSource } from '../core/common/requestSource.ts';
import { fromAuthorizerContext, isRefused, isUnproven, type Principal } from '../core/sessions/principal.ts';
import { readCookies } from './cookies.ts';
import { csrfTokenMissing, requireCsrfToken, requireOwnPage, saysOrigin, takesCsrfToken } from './csrf.ts';
import type { Endpoint, Endpoints } from './endpoint.ts';
import { type HttpEvent, type HttpResult, header, headerValues } from './event.ts';
import { origins, safeMethods } from './origins.ts';
import { parseInput } from './parseInput.ts';
import { problemResponses, type RefusalPage } from './problemResponses.ts';
import { securityHeaders } from './securityHeaders.ts';
import { telemetry } from './telemetry/telemetry.ts';

export interface HttpOptions {
  readonly issuer: string;
  /** Origins of browser apps, besides the issuer's own. */
  readonly allowedOrigins: readonly string[];
}

export type HttpHandler = (event: HttpEvent, context: Context) => Promise<HttpResult>;

/**
 * A Lambda handler that answers the given routes, and 404 to any other.
 *
 * @param refusalPage what a route that answers with pages says of a problem
 */
export function httpHandler<R extends RouteId>(
  options: HttpOptions,
  endpoints: Endpoints<R>,
  refusalPage?: RefusalPage,
): HttpHandler {
  // The schemas are made while the Lambda starts, when it has more of the processor than later.
  for (const route of routeIds) if (isServed(endpoints, route)) inputOf(route);
  return middy<HttpEvent, HttpResult>()
    .use(telemetry())
    .use(securityHeaders(options))
    .use(origins(options))
    .use(problemResponses(refusalPage))
    .handler((event) => dispatch(endpoints, event, options));
}

async function dispatch<R extends RouteId>(
  endpoints: Endpoints<R>,
  event: HttpEvent,
  { issuer }: Pick<HttpOptions, 'issuer'>,
): Promise<HttpResult> {
  if (event.httpMethod === 'OPTIONS') return { statusCode: 204, body: '' };
  const route = findRoute(event.httpMethod, event.resource);
  if (!isServed(endpoints, route)) throw new ProblemError('not_found');
  const endpoint: Endpoint<R> = endpoints[route];
  const found = principalOf(route, event);
  const proof = { cookies: readCookies(headerValues(event, 'cookie')), csrfToken: header(event, 'x-csrf-token') };
  const sent = { origin: header(event, 'origin'), site: header(event, 'sec-fetch-site') };
  // A form of which the browser does not say where it comes from speaks for nobody: its body has to.
  const isForm = inputOf(route).bodyType === 'form';
  const speaks = !isForm || saysOrigin(sent) || found?.via !== 'session_cookie';
  const principal = speaks ? found : undefined;
  if (principal?.via === 'session_cookie' && !safeMethods.has(event.httpMethod)) {
    if (takesCsrfToken(route)) requireCsrfToken(proof, principal);
    else requireOwnPage(sent, issuer);
  }
  const response = await endpoint({
    ...proof,
    principal,
    refused: isRefused(event.requestContext.authorizer),
    input: parseInput(route, event),
    from: sourceOf(event),
    arrivedAtMs: event.requestContext.requestTimeEpoch,
    fromBrowser: header(event, 'origin') !== undefined,
  });
  return {
    statusCode: response.status,
    headers: { ...response.headers },
    ...(response.cookies && { multiValueHeaders: { 'set-cookie': [...response.cookies] } }),
    body: response.body ?? '',
  };
}

function isServed<R extends RouteId>(endpoints: Endpoints<R>, route: RouteId | undefined): route is R {
  return route !== undefined && Object.hasOwn(endpoints, route);
}

/**
 * Fails closed where a method that should have an authorizer has none.
 *
 * @throws ProblemError `csrf`, `invalid_token`.
 */
function principalOf(route: RouteId, event: HttpEvent): Principal | undefined {
  const access = routes[route].access;
  if (access === 'public') return undefined;
  const { authorizer } = event.requestContext;
  if (isRefused(authorizer) && !routeById(route).outlivesRefusal) throw new ProblemError('invalid_token');
  if (isUnproven(authorizer)) throw csrfTokenMissing();
  const principal = fromAuthorizerContext(authorizer);
  if (!principal && access === 'authenticated') throw new ProblemError('invalid_token');
  return principal;
}

function sourceOf(event: HttpEvent): RequestSource {
  return {
    ip: event.requestContext.identity.sourceIp,
    userAgent: printable(header(event, 'user-agent')),
    requestId: event.requestContext.requestId,
  };
}

/** The user agent appears in the audit log, lists of sessions, terminals and mails: it must not steer what shows it. */
function printable(text: string | undefined): string | undefined {
  return text?.slice(0, 256).replaceAll(/\p{C}/gu, '\ufffd');
}
