import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createAccounts } from '../../../lambdas/stores/accounts/accounts.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { gatehouse } from '../../support/stack/cli.ts';
import { stack } from '../../support/stack/stack.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const base64 = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '');
const argon2 = () => `$argon2id$v=19$m=19456,t=2,p=1$${base64(16)}$${base64(32)}`;
const address = () => `import-${randomUUID()}@example.com`;
let reader: ReturnType<typeof createAccounts> | undefined;
/** One for all: each has a client, and connections, of its own. */
const accounts = () => {
  reader ??= createAccounts({ client: awsClients().documents, table: stack().tables['Accounts'] ?? '' });
  return reader;
};

function file(name: string, lines: readonly (object | string)[]): string {
  const path = join(folder, `${randomUUID()}-${name}`);
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return path;
}

async function runImport(path: string, ...args: string[]) {
  const { code, stdout, stderr } = await gatehouse(['users', 'import', path, '--json', ...args]);
  return { code, stderr, ...JSON.parse(stdout || '{}') };
}

const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('users import', () => {
  it('makes every account that it does not report as rejected', async () => {
    const good = Array.from({ length: 70 }, () => ({
      email: address(),
      password_hash: argon2(),
      email_verified: true,
    }));
    const bad = ['{', { email: 'nobody' }, { email: address(), password_hash: 'md5' }, { email: good[0]?.email }];
    const path = file('users.jsonl', [...good.slice(0, 40), ...bad, ...good.slice(40)]);
    const first = await runImport(path);
    expect(first).toMatchObject({ code: 1, imported: 70, existing: 0, rejected: 4 });
    expect(first.stderr).toMatch(/4 records were rejected: see .*\.rejected\.jsonl/);
    const rejected = [
      [41, 'unreadable'],
      [42, 'invalid_email'],
      [43, 'hash_unknown'],
      [44, 'address_repeated'],
    ];
    expect(linesOf(`${path}.rejected.jsonl`).map(({ line, reason }) => [line, reason])).toEqual(rejected);
    expect(linesOf(`${path}.rejected.jsonl`).at(-1)).toMatchObject({ email: good[0]?.email });
    const found = await Promise.all(good.map(({ email }) => accounts().findByEmail(email)));
    expect(found.map((account) => account?.passwordHash)).toEqual(good.map((one) => `imported:${one.password_hash}`));
    // The rejected lines are tried again, and rejected as before; the others are done.
    expect(await runImport(path)).toMatchObject({ code: 1, imported: 70, existing: 0, rejected: 4, tried_again: 4 });
    expect(linesOf(`${path}.rejected.jsonl`).map(({ line, reason }) => [line, reason])).toEqual(rejected);
    rmSync(`${path}.import.json`);
    expect(await runImport(path)).toMatchObject({ code: 1, imported: 0, rejected: 74 });
  });

  it('that is killed goes on where it was', async () => {
    const people = Array.from({ length: 1200 }, () => ({ email: address(), password_hash: argon2() }));
    const path = file('killed.jsonl', people);
    const state = () => (existsSync(`${path}.import.json`) ? linesOf(`${path}.import.json`)[0].through_line : 0);
    let kills = 0;
    for (const wanted of [1, 400]) {
      const seen = state();
      await gatehouse(['users', 'import', path], {
        started: async (child) => {
          while (child.exitCode === null && state() <= Math.max(seen, wanted)) await sleep(10);
          if (child.kill('SIGKILL')) kills++;
        },
      });
    }
    const { imported, existing, rejected, code } = await runImport(path);
    expect([code, imported + existing, rejected, kills]).toEqual([0, people.length, 0, 2]);
    const found = await Promise.all(people.map(({ email }) => accounts().findByEmail(email)));
    expect(found.map((account) => account?.passwordHash)).toEqual(people.map((one) => `imported:${one.password_hash}`));
  });

  it('takes CSV with names of its own', async () => {
    const [ada, ben] = [address(), address()];
    const rows = ['mail,hash,roles,nickname', `${ada},"${argon2()}",admin member,Ada`, `${ben},,,`];
    const path = file('members.csv', rows);
    const names = ['--map', 'mail=email', '--map', 'hash=password_hash'];
    const result = await runImport(path, ...names, '--email-verified', '--tenant', 'globex');
    expect(result).toMatchObject({ code: 0, imported: 2, ignored_fields: ['nickname'] });
    const admin = { roles: ['admin', 'member'], tenantId: 'globex', emailVerified: true };
    expect(await accounts().findByEmail(ada)).toMatchObject(admin);
    expect(await accounts().findByEmail(ben)).toMatchObject({ passwordHash: undefined, roles: ['member'] });
  });

  it('repeated with the option that was missing imports what was rejected', async () => {
    const [plain, guarded, strange] = [address(), address(), address()];
    const path = file('policies.jsonl', [
      { email: plain, password_hash: argon2() },
      { email: guarded, password_hash: argon2(), factor_methods: ['totp'] },
      { email: strange, password_hash: '$6$rounds=5000$salt$hash' },
    ]);
    expect(await runImport(path)).toMatchObject({ code: 1, imported: 1, rejected: 2 });
    const first = await runImport(path, '--second-factors', 'reset');
    expect(first).toMatchObject({ code: 1, imported: 1, existing: 1, rejected: 1, notes: { second_factors_left: 1 } });
    const last = await runImport(path, '--second-factors', 'reset', '--unreadable-hashes', 'reset');
    expect(last).toMatchObject({ code: 0, imported: 1, existing: 2, rejected: 0, notes: { hash_left: 1 } });
    expect(linesOf(`${path}.notes.jsonl`)).toMatchObject([{ line: 3, email: strange, note: 'hash_left' }]);
    const found = await Promise.all([plain, guarded, strange].map((email) => accounts().findByEmail(email)));
    expect(found.map((account) => account?.passwordHash !== undefined)).toEqual([true, false, false]);
  });

  it('says that it was finished already, and imports into another deployment what is not there', async () => {
    const path = file('twice.jsonl', [{ email: address(), source_id: randomUUID(), password_hash: argon2() }]);
    expect(await runImport(path)).toMatchObject({ code: 0, imported: 1 });
    const again = await runImport(path);
    expect(again).toMatchObject({ code: 0, imported: 1, finished_at: expect.any(String) });
    expect((await gatehouse(['users', 'import', path])).stdout).toMatch(/finished already/);
    // As if the state were another deployment's.
    const state = linesOf(`${path}.import.json`)[0];
    writeFileSync(`${path}.import.json`, JSON.stringify({ ...state, deployment: 'another table' }));
    const elsewhere = await runImport(path);
    expect(elsewhere).toMatchObject({ imported: 0, existing: 1 });
    expect(elsewhere).not.toHaveProperty('finished_at');
    expect(linesOf(`${path}.import.json`)[0]).toMatchObject({ deployment: 'another table', imported: 1 });
  });

  it('gives accounts of an export of profiles the passwords of the export of hashes', async () => {
    const ids = Array.from({ length: 40 }, () => randomUUID().replaceAll('-', '').slice(0, 24));
    const emails = ids.map((id) => `auth0-${id}@example.com`);
    const profiles = ids.map((id, index) => ({ user_id: `auth0|${id}`, email: emails[index], email_verified: true }));
    const bcrypt = '$2b$10$Z6hUTEEeoJXN5/AmSm/4.eZ75RYgFVriQM9LPhNEC7kbAbS/VAaJ2';
    const hashes = ids.map((id, index) => ({ _id: { $oid: id }, email: emails[index], passwordHash: bcrypt }));
    const one = await runImport(file('profiles.json', profiles), '--format', 'auth0');
    expect(one).toMatchObject({ code: 0, imported: 40, second_factors_unsaid: 40 });
    const two = await runImport(file('hashes.json', hashes), '--format', 'auth0');
    expect(two).toMatchObject({ code: 0, imported: 0, existing: 40, notes: { password_added: 40 } });
    const found = await Promise.all(emails.map((email) => accounts().findByEmail(email)));
    expect(new Set(found.map((account) => account?.passwordHash))).toEqual(new Set([`imported:${bcrypt}`]));
  });

  it.each([
    ['a column that may be a hash', 'email,hash\n', /nothing is made of the field hash/],
    ['semicolons', 'email;hash\n', /separated by ;/],
    ['no heading', 'a@example.com,x\n', /the first line is a row/],
  ])('with %s writes nothing', async (_, heading, message) => {
    const email = address();
    const path = file('slip.csv', [`${heading}${email},${argon2().replaceAll(',', ';')}`]);
    const { code, stderr } = await gatehouse(['users', 'import', path]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
    expect(existsSync(`${path}.import.json`)).toBe(false);
    expect(await accounts().findByEmail(email)).toBeUndefined();
  });

  it.each([
    ['a file that is not there', ['/nowhere/users.jsonl'], 1, /there is no file/],
    ['a file of another kind', ['README.md'], 1, /must end in/],
    ['an unknown format', ['users.jsonl', '--format', 'okta'], 2, /Allowed choices/],
    ['a name without a field', ['users.jsonl', '--map', 'mail'], 2, /theirs=ours/],
    ['a field that there is none of', ['package.json', '--map', 'pw=passwort_hash'], 1, /no field passwort_hash/],
  ])('tells %s in one line', async (_, args, code, line) => {
    const result = await gatehouse(['users', 'import', ...args]);
    expect(result.stderr).toMatch(line);
    expect(result.code).toBe(code);
  });
});

describe('users export', () => {
  it('writes what an import reads back', async () => {
    const email = address();
    const created = await gatehouse(['users', 'create', email, '--tenant', 'acme', '--json']);
    const { sub } = JSON.parse(created.stdout);
    const [out, peppers] = [join(folder, `${randomUUID()}.jsonl`), join(folder, `${randomUUID()}.json`)];
    const exported = await gatehouse(['users', 'export', out, '--pepper-keys', peppers, '--json']);
    expect(exported.code).toBe(0);
    const summary = JSON.parse(exported.stdout);
    const records = linesOf(out);
    expect(summary.accounts).toBe(records.length);
    for (const path of [out, peppers]) expect(statSync(path).mode & 0o777).toBe(0o600);
    const mine = records.find((record) => record.sub === sub);
    expect(mine).toMatchObject({ email, email_verified: true, status: 'active', tenant_id: 'acme', roles: ['member'] });
    const keyId = /,keyid=([^$]+)\$/.exec(mine.password_hash)?.[1] ?? '';
    expect(JSON.parse(readFileSync(peppers, 'utf8'))[keyId]).toMatch(/^[0-9a-f]{64}$/);
    expect((await gatehouse(['users', 'export', out])).stderr).toMatch(/is there already/);
    expect(existsSync(`${out}.part`)).toBe(false);

    const again = file('again.jsonl', [mine]);
    expect(await runImport(again)).toMatchObject({ imported: 0, existing: 1, rejected: 0 });
    const strange = file('strange.jsonl', [
      { ...mine, password_hash: mine.password_hash.replace(keyId, 'AAAAAAAAAAA') },
    ]);
    expect(await runImport(strange)).toMatchObject({ imported: 0, rejected: 1 });
    expect(linesOf(`${strange}.rejected.jsonl`)).toMatchObject([{ line: 1, reason: 'pepper_unknown' }]);
  });
});
