import { text } from 'node:stream/consumers';

/** A listener of `node:http` for a server that speaks `Request` and `Response`. */
export function fetchListener(handle) {
  return async (incoming, outgoing) => {
    const body = await text(incoming);
    const request = new Request(`https://auth.example${incoming.url}`, {
      method: incoming.method,
      headers: { 'content-type': incoming.headers['content-type'] ?? '' },
      body,
    });
    const response = await handle(request);
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(await response.text());
  };
}
