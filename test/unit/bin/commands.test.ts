import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { eventTable } from '../../../bin/commands/audit/tail.ts';
import { addAuditCommands } from '../../../bin/commands/audit.ts';
import { addDoctorCommand } from '../../../bin/commands/doctor.ts';
import { keyViews } from '../../../bin/commands/keys/list.ts';
import { addKeysCommands } from '../../../bin/commands/keys.ts';
import { limitTable } from '../../../bin/commands/limits/list.ts';
import { addLimitsCommands } from '../../../bin/commands/limits.ts';
import { CliError, describeError, exitCodeOf } from '../../../bin/commands/support/cliError.ts';
import { moment } from '../../../bin/commands/support/globals.ts';
import { useLocalCloud } from '../../../bin/commands/support/localCloud.ts';
import { table } from '../../../bin/commands/support/output.ts';
import { addUsersCommands } from '../../../bin/commands/users.ts';
import { ordinaryLimits } from '../../../lambdas/contract/limits.ts';
import { publicHalf } from '../../../lambdas/core/keys/jwk.ts';
import { firstSigningKeyRing, publicKeysOf } from '../../../lambdas/core/keys/signingKeyRing.ts';
import { testEvent } from '../../support/worlds/auditWorld.ts';

function named(name: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { name });
}

it('every command has help with examples', () => {
  const program = new Command('gatehouse');
  addUsersCommands(program, { defaultTenant: 'default', commonPasswordsFile: () => '' });
  addKeysCommands(program, { keyCacheSeconds: 300 });
  addLimitsCommands(program);
  addAuditCommands(program);
  addDoctorCommand(program, () => true);
  const leaves = (command: Command): Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  const helpOf = (command: Command) => {
    const help: string[] = [];
    command.configureOutput({ writeOut: (text) => void help.push(text) }).outputHelp();
    return help.join('');
  };
  const commands = leaves(program);
  expect(commands.map((command) => command.name())).toEqual(
    [
      'create import export list disable enable delete sessions revoke factors remove-factor',
      'list rotate list show reset verify tail doctor',
    ].flatMap((names) => names.split(' ')),
  );
  for (const command of commands) {
    expect(command.description()).not.toBe('');
    expect(helpOf(command)).toMatch(/Examples:\n {2}\$ npx gatehouse /);
  }
});

it('limits are told in words', () => {
  const lines = stripVTControlCharacters(limitTable(ordinaryLimits)).split('\n');
  expect(lines.find((line) => line.startsWith('signInPerAccountAndAddress'))).toMatch(/ 10 in 15 minutes$/);
  expect(lines.find((line) => line.startsWith('registrationPerAccountAndAddress '))).toMatch(/ 3 in 1 hour$/);
  const streak =
    '10 failures in a row, one in 1 minute up to 20, one in 5 minutes up to 50, one in 15 minutes up to 100';
  expect(lines.find((line) => line.startsWith('signInPerAccount '))).toMatch(
    new RegExp(` ${streak}, none after that$`),
  );
});

it.each<[string, number]>([
  ['90s', Date.UTC(2026, 10, 1, 11, 58, 30)],
  ['15m', Date.UTC(2026, 10, 1, 11, 45)],
  ['2h', Date.UTC(2026, 10, 1, 10)],
  ['7d', Date.UTC(2026, 9, 25, 12)],
  ['2026-11-01T03:23:00Z', Date.UTC(2026, 10, 1, 3, 23)],
  ['2026-11-01T03:23:00.250+01:00', Date.UTC(2026, 10, 1, 2, 23, 0, 250)],
])('%s is a moment', (text, epochMs) => {
  expect(moment(text, Date.UTC(2026, 10, 1, 12))).toBe(epochMs);
});

it.each(['', '15', 'm', '-5m', '1.5h', '2w', 'yesterday', '2026-11-01', '2026-11-01T03:23:00', '2026-13-01T00:00:00Z'])(
  '"%s" is no moment',
  (text) => {
    expect(() => moment(text)).toThrow(/neither 15m/);
  },
);

describe('an error', () => {
  it.each<[unknown, RegExp]>([
    [named('CredentialsProviderError', 'Could not load credentials'), /sign in .* AWS_PROFILE/],
    [named('ExpiredTokenException', 'x'), /expired: sign in again/],
    [new Error('wrapped', { cause: named('UnrecognizedClientException', 'x') }), /refuses the credentials/],
    [
      new AggregateError([Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' })]),
      /nothing answers at 127\.0\.0\.1:1: .*npm run up/,
    ],
    [new Error('Region is missing'), /set AWS_REGION/],
    [named('AccessDeniedException', 'User x may\nnot'), /^not allowed: User x may not$/],
    [new Error('unavailable', { cause: new Error('the\n table') }), /^the table$/],
    ['thrown text', /unknown/],
  ])('is told in one line that says what to do', (error, line) => {
    expect(describeError(error)).toMatch(line);
    expect(describeError(error)).not.toContain('\n');
  });

  it('carries its exit code', () => {
    expect(exitCodeOf(new CliError('x', { exitCode: 2 }))).toBe(2);
    expect(exitCodeOf(new Error('x'))).toBe(1);
  });
});

describe('the local cloud', () => {
  const ownAccount = { AWS_PROFILE: 'prod', AWS_ACCESS_KEY_ID: 'real', AWS_SESSION_TOKEN: 'real' };

  it('is reached without anything of the own AWS account', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cli-'));
    const file = join(folder, 'stack.json');
    writeFileSync(file, JSON.stringify({ endpoint_url: 'http://127.0.0.1:4566', region: 'us-east-1' }));
    const env: NodeJS.ProcessEnv = { ...ownAccount, GATEHOUSE_STACK_FILE: file };
    useLocalCloud('local', '/nowhere', env);
    rmSync(folder, { recursive: true });
    expect(env).toMatchObject({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', AWS_ACCESS_KEY_ID: 'test' });
    expect([env['AWS_PROFILE'], env['AWS_SESSION_TOKEN']]).toEqual([undefined, undefined]);
  });

  it('may be another endpoint', () => {
    const env: NodeJS.ProcessEnv = { ...ownAccount, AWS_ENDPOINT_URL: 'http://localhost:1' };
    useLocalCloud('local', '/nowhere', env);
    expect([env['AWS_ENDPOINT_URL'], env['AWS_ACCESS_KEY_ID']]).toEqual(['http://localhost:1', 'test']);
  });

  it('that is not there is an error, not a reason to take AWS', () => {
    const env: NodeJS.ProcessEnv = { ...ownAccount };
    expect(() => useLocalCloud('local', '/nowhere', env)).toThrow(/npm run up/);
  });

  it('is of no concern to another stage', () => {
    const env: NodeJS.ProcessEnv = { ...ownAccount };
    useLocalCloud('prod', '/nowhere', env);
    expect(env).toEqual(ownAccount);
  });
});

describe('a table', () => {
  it('lets nothing steer the terminal', () => {
    const text = stripVTControlCharacters(table({ head: ['a', 'b'], rows: [['long text', '\u001b[31mred\u0007']] }));
    expect(text.split('\n')).toEqual(['A          B', 'long text  \u{fffd}[31mred\u{fffd}']);
  });

  it('of events has the columns of every row in line, however long an id is', () => {
    const events = [
      testEvent({ actor: { type: 'operator', id: `arn:aws:sts::1:assumed-role/Admin/${'x'.repeat(80)}` } }),
      testEvent({ source: { ip: '2001:db8:1234:5678:9abc:def0:1234:5678' }, reason: 'reuse' }),
    ];
    for (const wide of [true, false]) {
      const lines = stripVTControlCharacters(eventTable(events, { head: true, wide })).split('\n');
      expect(new Set(lines.map((line) => line.search(/OUTCOME|success/))).size).toBe(1);
      expect(lines[2]).toContain('2001:db8:1234:5678:9abc:def0:1234:5678');
    }
  });
});

describe('the list of keys', () => {
  it('tells the part that each key plays', async () => {
    const ring = await firstSigningKeyRing('ES256', 1000);
    const [retired, pending] = [await firstSigningKeyRing('ES256', 1), await firstSigningKeyRing('ES256', 1)];
    const retiredJwk = publicHalf(retired.current.jwk);
    const keys = [publicHalf(pending.current.jwk), retiredJwk, ...publicKeysOf(ring).slice(0, 1)];
    const firstPublished = { [retiredJwk.kid]: 500 };
    const published = { keys, version: 1, firstPublished, dropAt: {}, replaced: [], settled: undefined };
    const ringInUse = { ...ring, retired: [{ jwk: retiredJwk, drop_at: 5000 }] };
    const views = keyViews(published, ringInUse, 4999);
    expect(views.map(({ kid, role }) => [kid, role])).toEqual([
      [ring.current.jwk.kid, 'current'],
      [pending.current.jwk.kid, 'pending'],
      [retiredJwk.kid, 'retired'],
      [ring.next.jwk.kid, 'unpublished'],
    ]);
    expect(views[2]).toMatchObject({ published_at: '1970-01-01T00:08:20Z', drop_at: '1970-01-01T01:23:20Z' });
    expect(keyViews(published, ringInUse, 5000).find(({ kid }) => kid === retiredJwk.kid)?.role).toBe('dropped');
    expect(new Set(keyViews(published, undefined, 4999).map(({ role }) => role))).toEqual(new Set(['unknown']));
    const dated = { ...published, dropAt: { [retiredJwk.kid]: 5000 } };
    expect(keyViews(dated, undefined, 5000).map(({ role }) => role)).toContain('dropped');
    expect(JSON.stringify(views)).not.toContain(String(ring.current.jwk.d));
  });
});
