import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { auditEventSchema } from '../../lambdas/contract/auditEvents.ts';
import { api } from '../support/people/api.ts';
import { signedUp } from '../support/people/people.ts';
import { type CorpusRecord, logs, objects } from '../support/secretSearch/corpus.ts';
import { rawRequest } from '../support/stack/rawRequest.ts';
import { stack } from '../support/stack/stack.ts';

/** What the runtime and the platform write themselves. */
const platformLine = /^(START|END|REPORT|INIT_START) |^Task timed out after |^\(node:\d+\) |^\(Use `node /;
/** What the emulator makes of an error that a handler throws, as the authorizer does to answer 503; AWS writes JSON. */
const thrownLine = /^[A-Z]\w*Error: |^ {4}at /;
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

const marker = randomUUID();
const agent = `agent-${marker} "}{"level":"ERROR","message":"forged"}\u009b31m`;
/** Ends a line, starts one that looks like a record, and paints a terminal. */
const forged = `\r\n\n\u001b[2J\u001b[31m{"level":"ERROR","message":"forged ${marker}"}\u2028\u202e`;

let lines: CorpusRecord[];
let shipped: CorpusRecord[];

beforeAll(async () => {
  await attack();
  // The audit writer has then shipped what these left.
  await sleep(4000);
  const functions = (await Array.fromAsync(logs())).filter(({ name }) => /Functions\w+Logs/.test(name));
  lines = functions.filter(({ text }) => !platformLine.test(text));
  shipped = await Array.fromAsync(objects());
});

async function attack(): Promise<void> {
  const person = await signedUp();
  const headers = { 'user-agent': agent };
  const wrong = { email: person.email, password: `wrong ${forged}` };
  await api('/auth/login', { method: 'POST', json: wrong, headers });
  await api('/auth/login', { method: 'POST', json: { email: `x${forged}@example.com`, password: forged }, headers });
  await api('/auth/register', { method: 'POST', json: { email: `x${forged}@example.com` }, headers });
  await api(`/auth/link/verify-email?token=${encodeURIComponent(forged)}`, { headers });
  await api(`/auth/${encodeURIComponent(forged)}`, { headers });
  const kid = `kid-${marker}${forged}`;
  const token = [{ alg: 'RS256', typ: 'at+jwt', kid }, {}]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  await api('/auth/me', { token: `${token}.AAAA`, headers });
  const { host, port } = new URL(stack().api_url);
  const lines = [`Host: ${host}`, `User-Agent: raw-${marker}\u001b[31m`, 'Connection: close'];
  const request = ['GET /health HTTP/1.1', ...lines, '', ''].join('\r\n');
  await rawRequest({ port: Number(port), caFile: stack().ca_file }, request);
}

it('G01 every line of a log is one JSON object, whatever was sent', () => {
  expect(lines.length).toBeGreaterThan(20);
  const broken = lines.filter(
    ({ text }) => !thrownLine.test(text) && !z.record(z.string(), z.unknown()).safeParse(tryJson(text)).success,
  );
  expect(broken.slice(0, 5).map(({ name, text }) => `${name}: ${text.slice(0, 200)}`)).toEqual([]);
  expect(lines.filter(({ text }) => controls.test(text)).map(({ text }) => text.slice(0, 200))).toEqual([]);
});

it('G01 no line is one that a request forged', () => {
  const forgeries = lines.filter(
    ({ text }) => z.object({ message: z.string() }).safeParse(tryJson(text)).data?.message === `forged ${marker}`,
  );
  expect(forgeries).toEqual([]);
  const refusals = lines.filter(({ text }) => text.includes(`kid-${marker}`));
  expect(refusals.length).toBeGreaterThan(0);
  for (const { text } of refusals) expect(text).not.toContain('\\u001b');
});

it('G01 every line of the audit log is one event that steers no terminal', () => {
  const stored = shipped.filter(({ name }) => name.startsWith('log/'));
  const all = stored.flatMap(({ text }) => text.split('\n').filter(Boolean)).map(tryJson);
  expect(all.filter((line) => line === undefined)).toEqual([]);
  const events = all.flatMap((line) => auditEventSchema().safeParse(line).data ?? []);
  const ours = events.filter(({ source }) => source?.user_agent?.includes(`agent-${marker}`));
  expect(ours.length).toBeGreaterThan(0);
  for (const { source } of events) expect(source?.user_agent ?? '').not.toMatch(controls);
});

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
