import { beforeAll, describe, expect, it } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { deriveMailToken } from '../../../lambdas/core/mail/mailToken.ts';
import { requestPasswordReset } from '../../../lambdas/flows/passwords/requestPasswordReset.ts';
import { resetPassword } from '../../../lambdas/flows/passwords/resetPassword.ts';
import { createAccountAdministration } from '../../../lambdas/stores/accounts/accountAdministration.ts';
import { countCalls } from '../../support/database/countCalls.ts';
import { setCredentialsChangedAt } from '../../support/database/credentials.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { databaseEndpoints } from '../../support/database/endpoints.ts';
import { testEvent } from '../../support/worlds/auditWorld.ts';
import { createWorld, from, manualClock, passwordPolicy, testAccount, type World } from '../../support/worlds/world.ts';

describe.each(databaseEndpoints())('a password reset on $name', ({ endpoint }) => {
  let database: TestDatabase;
  let world: World;
  let administration: ReturnType<typeof createAccountAdministration>;
  // In a new hour a part of the mails may go out again: no test is to run into one.
  const clock = manualClock(Math.floor(Date.now() / 3_600_000) * 3_600_000);

  beforeAll(async () => {
    database = await createDatabase(endpoint);
    world = createWorld(database, clock);
    const lifetime = { accessTokenTtlSeconds: 900, clockLeewaySeconds: 5 };
    administration = createAccountAdministration({ client: database.client, tables: world.tables, lifetime });
  });

  const deps = () => ({
    ...world,
    mailKeys: world.macKeys,
    credentialKeys: world.macKeys,
    passwordPolicy,
    hasher: { hash: async (p: string) => `#${p}` },
  });
  const forgot = (email: string) => requestPasswordReset(deps(), { email, deviceToken: undefined, from });
  const reset = (token: string, newPassword = 'an entirely new password') =>
    resetPassword(deps(), { token, newPassword, deviceToken: undefined, from });

  async function newAccount(change: Partial<Account> = {}): Promise<Account> {
    const account = testAccount(change);
    await administration.create({ account, event: testEvent() });
    return account;
  }

  const jobsTo = async (email: string) => (await database.items('MailOutbox')).filter(({ to }) => to === email);

  function tokenOf(job: Record<string, unknown> | undefined, email: string): string {
    const claims = { email, nonce: String(job?.['nonce']), expiresAt: Number(job?.['expires_at']) };
    return deriveMailToken('reset', claims, world.macKey);
  }

  async function granted(change: Partial<Account> = {}) {
    const account = await newAccount(change);
    await forgot(account.email);
    const [job] = await jobsTo(account.email);
    return { account, token: tokenOf(job, account.email) };
  }

  it('R01 costs the same calls for a known, an unknown and a disabled address', async () => {
    const [known, disabled] = [await newAccount(), await newAccount({ status: 'disabled' })];
    const stranger = 'nobody@example.com';
    await forgot('warm@example.com');
    const calls: string[][] = [];
    for (const email of [known.email, stranger, disabled.email]) {
      calls.push(await countCalls(database.client, () => forgot(email)));
    }
    expect(calls[0]).toEqual([
      'GetItemCommand',
      'BatchGetItemCommand',
      'UpdateItemCommand',
      'UpdateItemCommand',
      'UpdateItemCommand',
      'GetItemCommand',
      'UpdateItemCommand',
      'PutItemCommand',
      'TransactWriteItemsCommand Put Put',
    ]);
    expect(calls[1]).toEqual(calls[0]);
    expect(calls[2]).toEqual(calls[0]);
    expect(await jobsTo(known.email)).toHaveLength(1);
    expect([...(await jobsTo(stranger)), ...(await jobsTo(disabled.email))]).toEqual([]);
    const everything = JSON.stringify([...(await database.items('Grants')), ...(await database.items('AuditOutbox'))]);
    for (const text of [stranger, disabled.email, disabled.sub, known.email]) expect(everything).not.toContain(text);
  });

  it('R01 beyond three an hour from a source sends no mail, and costs what it does for a stranger', async () => {
    const { account } = await granted();
    const stranger = 'nobody.else@example.com';
    for (let nth = 0; nth < 3; nth++) await forgot(stranger);
    for (let nth = 0; nth < 2; nth++) await forgot(account.email);
    const jobs = await jobsTo(account.email);
    const over = await countCalls(database.client, () => forgot(account.email));
    expect(over).toEqual(await countCalls(database.client, () => forgot(stranger)));
    expect(await jobsTo(account.email)).toEqual(jobs);
    expect(jobs).toHaveLength(3);
    const results = await Promise.allSettled(jobs.map((job) => reset(tokenOf(job, account.email))));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('L28 beyond its mails the link that is good comes again, once a minute', async () => {
    const { account } = await granted();
    for (let nth = 0; nth < 2; nth++) await forgot(account.email);
    const made = await jobsTo(account.email);
    const nothing = await countCalls(database.client, () => forgot(account.email));
    clock.advance(60_000);
    const again = await countCalls(database.client, () => forgot(account.email));
    expect(again).toEqual(nothing);
    await Promise.all([forgot(account.email), forgot(account.email)]);
    const jobs = await jobsTo(account.email);
    expect(jobs).toHaveLength(made.length + 1);
    const nonces = jobs.map(({ nonce }) => String(nonce));
    const nonce = nonces.find((one, index) => nonces.indexOf(one) !== index);
    const job = jobs.find((one) => one['nonce'] === nonce);
    await reset(tokenOf(job, account.email));
    clock.advance(60_000);
    await forgot(account.email);
    expect((await jobsTo(account.email)).filter(({ template }) => template === 'reset')).toHaveLength(jobs.length);
  });

  it('keeps no token but its hash', async () => {
    const { token } = await granted();
    for (const table of ['Grants', 'MailOutbox', 'AuditOutbox', 'Accounts'] as const) {
      expect(JSON.stringify(await database.items(table)), table).not.toContain(token.slice(-43));
    }
  });

  it('R02 R06 happens once by ten at once, with all that goes with it', async () => {
    const { account, token } = await granted();
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => reset(token)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const cut = Math.floor(clock() / 1000) + 2;
    expect(await world.accounts.find(account.sub)).toMatchObject({
      passwordHash: '#an entirely new password',
      sessionEpoch: account.sessionEpoch + 1,
      tokenCut: cut,
      credentialsChangedAt: Math.floor(clock() / 1000),
    });
    const events = (await database.items('AuditOutbox')).map(({ event }) => JSON.parse(String(event)));
    expect(events.filter(({ type, target }) => type === 'password.reset' && target.id === account.sub)).toHaveLength(1);
    const notices = (await jobsTo(account.email)).filter(({ template }) => template === 'password-changed');
    expect(notices).toHaveLength(1);
    const entries = (await database.items('Revocations')).filter(({ value }) => value === account.sub);
    expect(entries).toMatchObject([{ kind: 'sub', issued_at_or_before: cut }]);
  });

  it('R03 is good for ten minutes, by the newest mail', async () => {
    const { account, token: older } = await granted();
    await forgot(account.email);
    const jobs = (await jobsTo(account.email)).filter(({ template }) => template === 'reset');
    expect(jobs).toHaveLength(2);
    const refusal = { code: 'invalid_token', status: 400 };
    const tokens = jobs.map((job) => tokenOf(job, account.email));
    await expect(reset(older)).rejects.toMatchObject(refusal);
    const newer = tokens.find((token) => token !== older) ?? '';
    clock.advance(600_000);
    await expect(reset(newer)).rejects.toMatchObject(refusal);
    clock.advance(-1000);
    await reset(newer);
  });

  it('proves the address of an account that was imported without a password', async () => {
    const { account, token } = await granted({ emailVerified: false, passwordHash: undefined });
    await reset(token);
    expect(await world.accounts.find(account.sub)).toMatchObject({
      emailVerified: true,
      passwordHash: '#an entirely new password',
    });
  });

  it('is refused once the account is disabled', async () => {
    const { account, token } = await granted();
    await administration.disable({ sub: account.sub, nowMs: clock(), event: testEvent() });
    await expect(reset(token)).rejects.toMatchObject({ code: 'invalid_token' });
    await administration.enable({ sub: account.sub, nowMs: clock(), event: testEvent() });
    await reset(token);
  });

  it('is refused when the credentials have changed since the account was read', async () => {
    const { account, token } = await granted();
    const hash = async (password: string) => {
      await setCredentialsChangedAt(database, account.sub, account.credentialsChangedAt + 1);
      return `#${password}`;
    };
    const late = resetPassword(
      { ...deps(), hasher: { hash } },
      { token, newPassword: 'an entirely new password', deviceToken: undefined, from },
    );
    await expect(late).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await world.accounts.find(account.sub)).toMatchObject({ passwordHash: account.passwordHash });
    await reset(token);
  });

  it('with a weak password keeps the token', async () => {
    const { token } = await granted();
    await expect(reset(token, 'short')).rejects.toMatchObject({ code: 'weak_password' });
    await reset(token);
  });
});
