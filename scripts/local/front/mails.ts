import { createServer, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { FrontConfig } from './config.ts';
import { keepAliveTimeoutMs } from './gateway.ts';

/** A mail as `mail_url` answers it; `at` is RFC 3339. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly at: string;
}

const emulatorMails = z.object({
  messages: z.record(
    z.string(),
    z.array(
      z.object({
        To: z.array(z.string()),
        Subject: z.string(),
        BodyText: z.string().nullish(),
        BodyHtml: z.string().nullish(),
        Timestamp: z.union([z.number(), z.string()]),
      }),
    ),
  ),
});

/** The emulator's answer as our own: a mail per recipient, the newest last. */
export function toMails(answer: unknown): Mail[] {
  const { messages } = emulatorMails.parse(answer);
  return Object.values(messages)
    .flat()
    .flatMap((mail) =>
      mail.To.map((to) => ({
        to,
        subject: mail.Subject,
        text: mail.BodyText ?? '',
        html: mail.BodyHtml ?? '',
        at: instant(mail.Timestamp),
      })),
    )
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Where an endpoint lists the mails it has sent; null when it has no such list. */
export async function findMails(endpointUrl: string): Promise<string | null> {
  const url = `${endpointUrl.replace(/\/$/, '')}/_ministack/ses/messages`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    return answer.ok && emulatorMails.safeParse(await answer.json()).success ? url : null;
  } catch {
    return null;
  }
}

function instant(timestamp: number | string): string {
  return new Date(typeof timestamp === 'number' ? timestamp * 1000 : timestamp).toISOString();
}

/** `GET /?to=address`: what the emulated SES has sent, for people and tests to read. */
export function createMailReader(port: number, config: () => FrontConfig): Server {
  const hosts = new Set([`localhost:${port}`, `127.0.0.1:${port}`]);
  const server = createServer(async (request, response) => {
    // A web page must not reach the mails, not even one that has pointed its own name at 127.0.0.1.
    const { host = '', origin, 'sec-fetch-site': site = 'none' } = request.headers;
    if (!hosts.has(host)) return send(response, 403, { error: 'unknown host name' });
    if (origin !== undefined || site !== 'none') return send(response, 403, { error: 'no web page reads the mails' });
    try {
      const { mails } = config();
      if (mails === null) return send(response, 503, { error: 'this endpoint has no list of sent mails' });
      const answer: unknown = await (await fetch(mails, { signal: AbortSignal.timeout(10_000) })).json();
      const to = new URL(request.url ?? '/', 'http://localhost').searchParams.get('to');
      send(
        response,
        200,
        toMails(answer).filter((mail) => to === null || mail.to === to),
      );
    } catch (error) {
      send(response, 503, { error: String(error) });
    }
  });
  server.keepAliveTimeout = keepAliveTimeoutMs;
  return server;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
