import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Api, createApi } from '../../scripts/local/stack/apiClient.ts';
import { exportFiles, firebaseConsole } from '../support/moving/exportFiles.ts';
import { type Entry, entriesOf, type Outcome } from '../support/moving/kinds.ts';
import { mailedToken } from '../support/people/people.ts';
import { concurrently } from '../support/proof/concurrently.ts';
import { writeProof } from '../support/proof/proof.ts';
import { gatehouse } from '../support/stack/cli.ts';
import { stack } from '../support/stack/stack.ts';

const count = 10_000;
const perKind = 24;
/** Of each kind, as many sign in. */
const tried = 20;
const atOnce = 4;
const password = 'correct horse battery staple';
const everything = ['--second-factors', 'drop', '--unreadable-hashes', 'reset'];

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-formats-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const parameters = join(folder, 'parameters.txt');
writeFileSync(parameters, firebaseConsole);
const figures: Record<string, Record<string, unknown>> = {};

let client: Api | undefined;
let requests = 0;

/** A request by one of many clients; again where an emulator on a busy machine had no Lambda to answer in time. */
async function post(path: string, json: object): Promise<number> {
  client ??= createApi({ apiUrl: stack().api_url, caFile: stack().ca_file });
  const localAddress = `127.0.0.${(requests++ % 240) + 2}`;
  for (let attempt = 1; ; attempt++) {
    const { status } = await client(path, { method: 'POST', json, localAddress });
    if (![502, 503, 504].includes(status) || attempt === 5) return status;
  }
}

async function resetAndSignIn(email: string): Promise<number> {
  await post('/auth/password/forgot', { email });
  const newPassword = `another ${password}`;
  await post('/auth/password/reset', { token: await mailedToken(email), new_password: newPassword });
  return post('/auth/login', { email, password: newPassword });
}

/** Signs some of each kind in, as its outcome says. @returns how many could, by kind. */
async function signInSome(entries: readonly Entry[], outcomeOf: (entry: Entry) => Outcome | undefined) {
  const byKind = Map.groupBy(
    entries.filter((entry) => typeof outcomeOf(entry) === 'string'),
    ({ kind }) => kind.name,
  );
  const chosen = [...byKind.values()].flatMap((all) => all.slice(0, tried));
  const statuses = await concurrently(chosen, atOnce, (entry) =>
    outcomeOf(entry) === 'reset' ? resetAndSignIn(entry.email) : post('/auth/login', { email: entry.email, password }),
  );
  const signedIn: Record<string, number> = Object.fromEntries([...byKind.keys()].map((name) => [name, 0]));
  for (const [index, { kind }] of chosen.entries()) {
    if (statuses[index] === 200) signedIn[kind.name] = (signedIn[kind.name] ?? 0) + 1;
  }
  return signedIn;
}

const rejectionSchema = z.object({ line: z.int(), reason: z.string() });

function rejectionsIn(file: string): Record<string, string> {
  const texts = readFileSync(`${file}.rejected.jsonl`, 'utf8').trim().split('\n');
  return Object.fromEntries(
    texts.map((text) => rejectionSchema.parse(JSON.parse(text))).map((one) => [one.line, one.reason]),
  );
}

async function runImport(file: string, args: readonly string[]) {
  const begun = performance.now();
  const { stdout, stderr } = await gatehouse(['users', 'import', file, '--json', ...args]);
  if (stdout === '') throw new Error(stderr);
  return { seconds: Math.round((performance.now() - begun) / 1000), totals: JSON.parse(stdout) };
}

describe.each(exportFiles(password, parameters))(
  `${count} accounts of $name`,
  ({ name, kinds, write, lineOf, args }) => {
    const file = join(folder, name);
    const entries = entriesOf(kinds, { count, perKind });
    const figure: Record<string, unknown> = {};
    figures[name] = figure;

    const firstOf = ({ kind }: Entry) => kind.first;
    const lastOf = ({ kind }: Entry) => kind.second ?? kind.first;
    const rejectedBy = (outcomeOf: (entry: Entry) => Outcome) =>
      Object.fromEntries(
        entries.flatMap((entry, index) => {
          const outcome = outcomeOf(entry);
          return typeof outcome === 'string' ? [] : [[lineOf(index), outcome.rejected]];
        }),
      );

    it('are imported, but for those that are named with their line and the reason', async () => {
      writeFileSync(file, write(entries));
      const wanted = rejectedBy(firstOf);
      const { seconds, totals } = await runImport(file, args);
      const rejected = Object.keys(wanted).length;
      figure['without_options'] = { seconds, ...totals };
      expect(totals).toMatchObject({ imported: count - rejected, existing: 0, rejected });
      expect(rejectionsIn(file)).toEqual(wanted);
    });

    it('are imported by the options that the reasons name, but for those that are broken', async () => {
      const wanted = rejectedBy(lastOf);
      const { seconds, totals } = await runImport(file, [...args, ...everything]);
      const rejected = Object.keys(wanted).length;
      const before = count - Object.keys(rejectedBy(firstOf)).length;
      figure['with_options'] = { seconds, ...totals };
      expect(totals).toMatchObject({ imported: count - rejected - before, existing: before, rejected });
      expect(rejectionsIn(file)).toEqual(wanted);
      expect(totals.notes?.differs ?? 0).toBe(0);
    });

    it(`sign in, ${tried} of each kind, or get a reset that works where there is no hash`, async () => {
      const signedIn = await signInSome(entries, lastOf);
      figure['signed_in'] = signedIn;
      writeProof('importFormats', figures);
      expect(signedIn).toEqual(Object.fromEntries(Object.keys(signedIn).map((kind) => [kind, tried])));
    });
  },
);

it('every account is in the list and in the export', async () => {
  const list = await gatehouse(['users', 'list', '--json']);
  const exported = await gatehouse(['users', 'export', join(folder, 'export.jsonl'), '--json']);
  expect([list.code, exported.code]).toEqual([0, 0]);
  figures['afterwards'] = { listed: JSON.parse(list.stdout).length, exported: JSON.parse(exported.stdout).accounts };
  writeProof('importFormats', figures);
  expect(figures['afterwards']['listed']).toBe(figures['afterwards']['exported']);
});
