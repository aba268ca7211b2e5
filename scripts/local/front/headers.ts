import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';

const forwarding = /^(x-forwarded-.*|forwarded|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip|via)$/;

/** What the emulator's guard knows the front by: `emulator.py` takes it off again. */
const tokenHeader = 'x-gatehouse-front';

/**
 * What the gateway passes on: `X-Forwarded-For` is the peer's address whatever the client sent, and nothing else
 * claims to know where a request came from.
 */
export function forwardedHeaders(
  headers: IncomingHttpHeaders,
  { peer, token }: { readonly peer: string; readonly token: string | null },
): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !forwarding.test(name) && name !== tokenHeader);
  return { ...Object.fromEntries(kept), 'x-forwarded-for': peer, ...(token !== null && { [tokenHeader]: token }) };
}

/**
 * Passes both of two `Authorization` headers on, of which Node.js keeps the first: the authorizer has to see what it
 * refuses, as behind the real gateway.
 */
export function passEveryAuthorization(outgoing: ClientRequest, { headersDistinct }: IncomingMessage): void {
  const { authorization } = headersDistinct;
  if (authorization) outgoing.setHeader('authorization', authorization);
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
