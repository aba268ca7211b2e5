import type { IncomingHttpHeaders } from 'node:http';

const forwarding = /^(x-forwarded-.*|forwarded|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip|via)$/;

/**
 * What the gateway passes on: `X-Forwarded-For` is the peer's address whatever the client sent, and nothing else
 * claims to know where a request came from.
 */
export function forwardedHeaders(headers: IncomingHttpHeaders, peer: string): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !forwarding.test(name));
  return { ...Object.fromEntries(kept), 'x-forwarded-for': peer };
}

/**
 * A REST API renames the `WWW-Authenticate` of a Lambda and leaves that of its own GatewayResponses alone. The
 * emulator marks its own answers with an error type, which an answer of a Lambda does not have.
 */
export function renameAuthenticate(headers: IncomingHttpHeaders): void {
  const value = headers['www-authenticate'];
  if (value === undefined || 'x-amzn-errortype' in headers) return;
  delete headers['www-authenticate'];
  headers['x-amzn-remapped-www-authenticate'] = value;
}
