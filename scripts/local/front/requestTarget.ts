import type { IncomingMessage } from 'node:http';

/**
 * The path and query that a request is for. Undefined when its request line and its `Host` do not name one host: there
 * is no `Host` or there are two (RFC 9112 §3.2), or an absolute form contradicts it (§3.2.2). Two readers could then
 * disagree.
 */
export function targetOf(request: IncomingMessage): string | undefined {
  const hosts = request.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host');
  const target = request.url ?? '';
  if (hosts.length !== 1) return undefined;
  if (target.startsWith('/')) return target;
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
  if (absolute?.[1]?.toLowerCase() !== request.headers.host?.toLowerCase()) return undefined;
  const [, , rest = ''] = absolute ?? [];
  return rest.startsWith('/') ? rest : `/${rest}`;
}
