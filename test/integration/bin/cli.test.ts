import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { oneMachineLimits } from '../../../lambdas/contract/limits.ts';
import { root } from '../../../scripts/local/settings.ts';
import { api } from '../../support/people/api.ts';
import { noteSecret } from '../../support/secretSearch/secrets.ts';
import { gatehouse } from '../../support/stack/cli.ts';
import { stack } from '../../support/stack/stack.ts';

async function json(...args: string[]) {
  const { code, stdout, stderr } = await gatehouse([...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** What a line of a shell says on its standard error. */
function shell(line: string): string {
  const PATH = `${root}/node_modules/.bin:${process.env['PATH']}`;
  return spawnSync('sh', ['-c', line], { cwd: root, encoding: 'utf8', env: { ...process.env, PATH } }).stderr;
}

const newAddress = () => `cli-${randomUUID()}@example.com`;

describe('the command line', () => {
  it('takes an account from its creation to its deletion, in the audit log’s sight', async () => {
    const email = newAddress();
    const created = await json('users', 'create', email, '--role', 'admin', '--role', 'auditor', '--tenant', 'acme');
    expect(created).toMatchObject({ email, status: 'active', tenant_id: 'acme', roles: ['admin', 'auditor'] });
    expect(created.password).toHaveLength(20);
    noteSecret(created.password);
    expect(await json('users', 'list')).toContainEqual(expect.objectContaining({ sub: created.sub, email }));
    expect(await json('users', 'sessions', created.sub)).toEqual([]);
    expect(await json('users', 'factors', email)).toEqual({ factors: [], recovery_codes_left: 0 });
    expect((await gatehouse(['users', 'remove-factor', email, 'any'])).stderr).toMatch(/has no factor any/);
    expect(await json('users', 'revoke', email)).toMatchObject({ revoked: true });
    expect(await json('users', 'disable', email)).toMatchObject({ status: 'disabled', changed: true });
    expect(await json('users', 'disable', email)).toMatchObject({ changed: false });
    expect(await json('users', 'enable', email)).toMatchObject({ status: 'active', changed: true });
    expect(await json('users', 'delete', email, '--yes')).toEqual({ sub: created.sub, deleted: true });
    expect((await gatehouse(['users', 'sessions', email])).code).toBe(1);

    const wanted = ['account.created', 'sessions.revoked_all', 'account.disabled', 'account.enabled'];
    const expected = [...wanted, 'account.deletion_requested', 'account.deleted'];
    let types: string[] = [];
    for (let waited = 0; waited < 60_000 && types.length < expected.length; waited += 500) {
      await sleep(500);
      const { stdout } = await gatehouse(['audit', 'tail', '--since', '5m', '--json']);
      const events = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      types = events.filter((event) => event.target.id === created.sub).map((event) => event.type);
    }
    expect(types.toSorted()).toEqual(expected.toSorted());
  });

  it('takes a password from standard input under the rules for everybody', async () => {
    const [email, password] = [newAddress(), `a long one ${randomUUID()}`];
    noteSecret(password);
    const { code, stdout } = await gatehouse(['users', 'create', email, '--password-stdin'], {
      input: `${password}\n`,
    });
    expect(code).toBe(0);
    expect(stdout).not.toContain(password);
    expect((await gatehouse(['users', 'create', email])).stderr).toMatch(/already/);
    const weak = await gatehouse(['users', 'create', newAddress(), '--password-stdin'], { input: 'short\n' });
    expect([weak.code, weak.stdout]).toEqual([1, '']);
    expect(weak.stderr).toMatch(/at least 15 characters/);
    const common = await gatehouse(['users', 'create', newAddress(), '--password-stdin'], {
      input: 'PasswordPassword',
    });
    expect(common.stderr).toMatch(/most common passwords/);
  });

  // Whether a reader has gone before everything is written is a matter of time.
  it.each([
    ['list | true', /^(gatehouse: the output is not complete: [^\n]+\n)?$/],
    ['list > /dev/full', /^gatehouse: the output is not complete: [^\n]+\n$/],
    ['list --json | head -c 1', /^(\{"error":"the output is not complete: [^"\n]+","exit_code":74\}\n)?$/],
  ])('an output that is not complete is no stack trace: users %s', (line, told) => {
    expect(shell(`bin/gatehouse.ts users ${line}`)).toMatch(told);
  });

  it('does not lose to a full disk a password that it has made', async () => {
    const email = newAddress();
    const told = shell(`bin/gatehouse.ts users create ${email} > /dev/full`);
    const password = /^password: (\S+)$/m.exec(told)?.[1];
    noteSecret(password ?? '');
    expect((await api('/auth/login', { method: 'POST', json: { email, password } })).status).toBe(200);
  });

  it('lists the keys, without anything private', async () => {
    const keys = await json('keys', 'list');
    expect(keys.map(({ role }: { role: string }) => role)).toEqual(expect.arrayContaining(['current', 'next']));
    expect(Object.keys(keys[0]).toSorted()).toEqual(['algorithm', 'kid', 'published_at', 'role']);
  });

  it('shows where the deployed limits stand', async () => {
    expect(await json('limits', 'list')).toEqual(oneMachineLimits);
    const email = newAddress();
    const from = '127.0.21.1';
    const attempt = () =>
      api('/auth/login', { method: 'POST', json: { email, password: 'not any of theirs' }, localAddress: from });
    for (let index = 0; index < 11; index++) await attempt();
    const shown = await json('limits', 'show', email, '--from', from);
    expect(shown).toContainEqual({ limit: 'signInPerAccount', counted: 10, retry_after_seconds: expect.any(Number) });
    expect(shown).toContainEqual({ limit: 'mailsPerAccount', counted: 0, retry_after_seconds: 0 });
    expect(await json('limits', 'show', from)).toContainEqual({
      limit: 'signInPerAddress',
      counted: 11,
      retry_after_seconds: 0,
    });
    expect((await json('limits', 'reset', email, '--from', from)).reset).toContain('signInPerAccountAndAddress');
    expect((await attempt()).status).toBe(401);
    expect((await gatehouse(['limits', 'show', 'nobody'])).stderr).toMatch(/no IP address/);
  });

  it('proves the log of the stage', async () => {
    const { code, stdout } = await gatehouse(['audit', 'verify']);
    expect(stdout).toMatch(/✓ sequence .*\n.*✓ links .*\n.*✓ contents .*\n.*✓ versions .*\n.*✓ locks .*/);
    expect(stdout).toMatch(/head \d+ sha256:[0-9a-f]{64}/);
    expect(code).toBe(0);
  });

  it.each<[string, string[], object, number, RegExp]>([
    ['an unknown stage', ['--stage', 'nowhere', 'users', 'list'], {}, 1, /not deployed here.*--stage/],
    ['a log that cannot be read', ['audit', 'verify', '--bucket', randomUUID()], {}, 2, /^gatehouse: not checked: /],
    ['a folder that is not there', ['audit', 'verify', '--dir', `/${randomUUID()}`], {}, 2, /not checked: ENOENT/],
    ['no stack', ['users', 'list'], { GATEHOUSE_STACK_FILE: '/nowhere', AWS_ENDPOINT_URL: undefined }, 1, /npm run up/],
    [
      'an endpoint that is down',
      ['users', 'list'],
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      1,
      /nothing answers at/,
    ],
    ['an unknown option', ['users', 'list', '--nope'], {}, 2, /unknown option.*\n.*--help/],
  ])('tells %s in one line, with an exit code', async (_, args, env, code, line) => {
    const stage = args.includes('nowhere')
      ? {
          AWS_ENDPOINT_URL: stack().endpoint_url,
          AWS_REGION: stack().region,
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
        }
      : {};
    const result = await gatehouse(args, { env: { ...stage, ...env } });
    expect(result.stderr).toMatch(line);
    expect([result.code, result.stdout]).toEqual([code, '']);
  });
});
