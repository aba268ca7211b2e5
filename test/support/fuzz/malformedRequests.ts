/** A request that two readers could understand differently, and the rule that forbids it. */
export interface MalformedRequest {
  readonly what: string;
  readonly request: string;
}

/** Each of them has to be answered with 400 and must not reach the server behind, whatever host it names. */
export function malformedRequests(host: string, path = '/health'): MalformedRequest[] {
  const post = (rest: string) => `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${rest}`;
  const smuggled = `GET /smuggled HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const chunked = 'Transfer-Encoding: chunked\r\n';
  const cases: [string, string][] = [
    ['Content-Length before Transfer-Encoding (§6.3)', post(`Content-Length: 5\r\n${chunked}\r\n0\r\n\r\n${smuggled}`)],
    ['Transfer-Encoding before Content-Length (§6.3)', post(`${chunked}Content-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`)],
    ['two Content-Length (§6.3)', post('Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd')],
    ['a list of Content-Length (§6.3)', post('Content-Length: 3, 4\r\n\r\nabcd')],
    ['a signed Content-Length', post('Content-Length: +3\r\n\r\nabc')],
    ['a Content-Length of no digits', post('Content-Length: 0x3\r\n\r\nabc')],
    ['a transfer coding that is not chunked (§6.1)', post(`Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`)],
    ['chunked that is not the last (§6.3)', post(`Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`)],
    ['a chunk size that is no number (§7.1)', post(`${chunked}\r\nzz\r\nabc\r\n0\r\n\r\n`)],
    ['a chunk longer than its size (§7.1)', post(`${chunked}\r\n2\r\nabc\r\n0\r\n\r\n`)],
    ['a chunk that ends with a bare LF (§7.1)', post(`${chunked}\r\n3\nabc\n0\n\n`)],
    ['a folded header (§5.2)', post('X-A: 1\r\n X-B: 2\r\n\r\n')],
    ['a header folded by a tab (§5.2)', post('X-A: 1\r\n\tX-B: 2\r\n\r\n')],
    ['a space before a colon (§5.1)', post('Content-Length : 3\r\n\r\nabc')],
    ['a header without a name (§5)', post(': 1\r\n\r\n')],
    ['a header without a colon (§5)', post('X-A\r\n\r\n')],
    ['a bare CR in a header (§2.2)', post('X-A: 1\rX-B: 2\r\n\r\n')],
    ['a NUL in a header (RFC 9110 §5.5)', post('X-A: 1\u00002\r\n\r\n')],
    ['lines that end with a bare LF (§2.2)', `GET ${path} HTTP/1.1\nHost: ${host}\nConnection: close\n\n`],
    ['a header that ends with a bare LF (§2.2)', `GET ${path} HTTP/1.1\r\nX-A: 1\nHost: ${host}\r\n\r\n`],
    ['two Host, alike (§3.2)', `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nHost: ${host}\r\n\r\n`],
    ['two Host, another last (§3.2)', `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example\r\n\r\n`],
    ['two Host, another first (§3.2)', `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nhost: ${host}\r\n\r\n`],
    ['no Host (§3.2)', `GET ${path} HTTP/1.1\r\nConnection: close\r\n\r\n`],
    ['an absolute form of another host (§3.2.2)', `GET https://evil.example${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
    ['an absolute form of ours, another Host', `GET https://${host}${path} HTTP/1.1\r\nHost: evil.example\r\n\r\n`],
    ['an absolute form with a user', `GET https://${host}@evil.example${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
    ['an absolute form of another scheme', `GET ftp://${host}${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
    ['an asterisk for a GET (§3.2.4)', `GET * HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
    ['a space in the target (§3)', `GET ${path} x HTTP/1.1\r\nHost: ${host}\r\n\r\n`],
    ['a version that there is none of', `GET ${path} HTTP/1.9\r\nHost: ${host}\r\n\r\n`],
  ];
  return cases.map(([what, request]) => ({ what, request }));
}
