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
 * emulator's own answers are told apart by the error type and the request id, which no Lambda's answer has there.
 */
export function renameAuthenticate(headers: IncomingHttpHeaders): void {
  const value = headers['www-authenticate'];
  const madeByGateway = 'x-amzn-errortype' in headers && 'x-amzn-requestid' in headers;
  if (value === undefined || madeByGateway) return;
  delete headers['www-authenticate'];
  headers['x-amzn-remapped-www-authenticate'] = value;
}
