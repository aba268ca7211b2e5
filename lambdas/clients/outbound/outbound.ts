import type { IncomingHttpHeaders } from 'node:http';
import { Client, type Dispatcher, errors } from 'undici';
import { createAddressRule } from '../../core/outbound/networkAddress.ts';
import { OutboundRefused } from '../../core/outbound/outboundRefused.ts';
import { checkOutboundUrl } from '../../core/outbound/outboundUrl.ts';
import { createCheckedConnector, type Resolve, resolveBySystem } from './checkedConnection.ts';

export interface OutboundOptions {
  /** The only host names that are called, lower case and exact. @default any that leads to public addresses */
  readonly allowedHosts?: readonly string[];
  /**
   * Networks (CIDR) that are called although they are not public: an identity provider on the premises. @default none
   */
  readonly allowedNetworks?: readonly string[];
  /** @default 443 alone */
  readonly allowedPorts?: readonly number[];
  /** From the look-up of the name to the last byte of the answer. @default 5000 */
  readonly timeoutMs?: number;
  /** The longest body of an answer, in bytes. @default 262144 */
  readonly maxBytes?: number;
  /** PEM certificates of the authorities to trust in place of Node.js's own. */
  readonly ca?: string;
  /** @default the system's */
  readonly resolve?: Resolve;
}

export interface OutboundRequest {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface OutboundResponse {
  /** Never a redirect. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/**
 * Calls a URL that came from outside (an upstream issuer, a client's `jwks_uri`, a webhook): by HTTPS, with the
 * certificate verified, at a public address, on a connection of its own.
 *
 * @throws OutboundRefused, and nothing else.
 */
export type OutboundClient = (url: string, request?: OutboundRequest) => Promise<OutboundResponse>;

const maxHeaderBytes = 16_384;

export function createOutboundClient(options: OutboundOptions = {}): OutboundClient {
  const { timeoutMs = 5000, maxBytes = 262_144, resolve = resolveBySystem, ca } = options;
  const isAllowedAddress = createAddressRule(options.allowedNetworks);
  const rules = {
    isAllowedAddress,
    allowedHosts: options.allowedHosts && new Set(options.allowedHosts),
    allowedPorts: new Set(options.allowedPorts ?? [443]),
  };
  const connect = createCheckedConnector({ isAllowedAddress, resolve, ca, timeoutMs });
  const limits = { maxResponseSize: maxBytes, maxHeaderSize: maxHeaderBytes };
  return async (text, request = {}) => {
    const url = checkOutboundUrl(text, rules);
    const signal = AbortSignal.timeout(timeoutMs);
    const client = new Client(url.origin, { connect, allowH2: false, ...limits });
    try {
      return await take(await client.request({ ...toDispatch(url, request), signal }));
    } catch (error) {
      throw signal.aborted ? new OutboundRefused('timeout', { cause: error }) : refusalOf(error);
    } finally {
      await client.destroy();
    }
  };
}

function toDispatch(url: URL, { method = 'GET', headers = {}, body }: OutboundRequest): Dispatcher.RequestOptions {
  return {
    method,
    path: `${url.pathname}${url.search}`,
    // A body that grows when it is decoded would pass the limit on its size.
    headers: { ...headers, 'accept-encoding': 'identity' },
    ...(body !== undefined && { body }),
  };
}

async function take({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<OutboundResponse> {
  if (statusCode >= 300 && statusCode < 400) throw new OutboundRefused('redirect');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw new OutboundRefused('encoding');
  return { status: statusCode, headers, body: await body.bytes() };
}

function refusalOf(error: unknown): OutboundRefused {
  if (error instanceof OutboundRefused) return error;
  if (error instanceof errors.ResponseExceededMaxSizeError || error instanceof errors.HeadersOverflowError) {
    return new OutboundRefused('too_large', { cause: error });
  }
  return new OutboundRefused('unreachable', { cause: error });
}
