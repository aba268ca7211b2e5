/**
 * What every answer carries, a handler's or the gateway's own.
 *
 * Without `Strict-Transport-Security` where the host is `localhost`: for two years WebKit would ask every other server
 * of the developer's machine for TLS, whatever its port.
 *
 * @param issuer undefined where only the deployment knows it: it is no `localhost` then
 */
export function alwaysHeaders(issuer: string | undefined): Readonly<Record<string, string>> {
  return {
    ...(!(issuer && isLocalhost(issuer)) && { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains' }),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
}

/** RFC 6761 §6.3: also every name below. */
function isLocalhost(issuer: string): boolean {
  return /^(.+\.)?localhost$/.test(new URL(issuer).hostname);
}
