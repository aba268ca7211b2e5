import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { newMailedLink } from '../../../lambdas/core/mail/mailedLink.ts';
import { noticeJob } from '../../../lambdas/core/mail/mailJob.ts';
import { deriveMailToken } from '../../../lambdas/core/mail/mailToken.ts';
import { passwordAuthentication } from '../../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../../lambdas/core/sessions/newSession.ts';
import type { Principal } from '../../../lambdas/core/sessions/principal.ts';
import type { Session } from '../../../lambdas/core/sessions/session.ts';
import { confirmEmailChange, readEmailChangeLink } from '../../../lambdas/flows/accounts/confirmEmailChange.ts';
import { requestEmailChange } from '../../../lambdas/flows/accounts/requestEmailChange.ts';
import { changePassword } from '../../../lambdas/flows/passwords/changePassword.ts';
import { createAccountAdministration } from '../../../lambdas/stores/accounts/accountAdministration.ts';
import { accountKey } from '../../../lambdas/stores/items/accountItems.ts';
import { countCalls } from '../../support/database/countCalls.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { databaseEndpoints } from '../../support/database/endpoints.ts';
import { testEvent } from '../../support/worlds/auditWorld.ts';
import {
  createWorld,
  from,
  manualClock,
  passwordPolicy,
  settings,
  testAccount,
  type World,
} from '../../support/worlds/world.ts';

const password = 'the old one of the account';

describe.each(databaseEndpoints())('what a subject changes of the own account on $name', ({ endpoint }) => {
  let database: TestDatabase;
  let world: World;
  const clock = manualClock();

  beforeAll(async () => {
    database = await createDatabase(endpoint);
    world = createWorld(database, clock);
  });

  const hasher = {
    hash: async (text: string) => `#${text}`,
    verify: async (hash: string | undefined, text: string) => hash === `#${text}`,
  };
  const deps = () => ({ ...world, mailKeys: world.macKeys, credentialKeys: world.macKeys, hasher, passwordPolicy });
  const change = (
    principal: Principal,
    newPassword = 'an entirely new password',
    currentPassword = password,
    other: Partial<ReturnType<typeof deps>> = {},
  ) => changePassword({ ...deps(), ...other }, principal, { currentPassword, newPassword, from });
  const requestChange = (principal: Principal, newEmail: string) =>
    requestEmailChange({ ...deps(), emailChanges: world.emailChangeRequests }, principal, { newEmail, from });

  async function newAccount(changed: Partial<Account> = {}): Promise<Account> {
    const account = testAccount({ passwordHash: `#${password}`, ...changed });
    const administration = createAccountAdministration({
      client: database.client,
      tables: world.tables,
      lifetime: { accessTokenTtlSeconds: 900, clockLeewaySeconds: 5 },
    });
    await administration.create({ account, event: testEvent() });
    return account;
  }

  async function startSession(account: Account): Promise<Session> {
    const { session } = beginSession({
      account,
      authentication: passwordAuthentication,
      from,
      now: Math.floor(clock() / 1000),
      key: world.macKey,
      settings,
    });
    const { credentialsChangedAt } = account;
    await world.sessions.start({ session, credentialsChangedAt, event: testEvent() });
    return session;
  }

  const principalOf = (session: Session, changed: Partial<Principal> = {}): Principal => ({
    sub: session.sub,
    sid: session.sid,
    jti: 'jti',
    clientId: session.clientId,
    scope: session.scope,
    roles: [],
    via: 'access_token',
    tenantId: 'acme',
    authTime: session.authTime,
    amr: session.amr,
    acr: session.acr,
    issuedAt: session.authTime,
    expiresAt: session.authTime + 900,
    ...changed,
  });

  const active = async (sub: string) =>
    (await world.sessions.list(sub)).filter(({ status }) => status === 'active').map(({ sid }) => sid);
  const eventsOf = async (sub: string, type: string) =>
    (await database.items('AuditOutbox'))
      .map(({ event }) => JSON.parse(String(event)))
      .filter((event) => event.type === type && event.target.id === sub);
  const jobs = async () => await database.items('MailOutbox');

  /** The token that was mailed to an address last. */
  async function confirmationOf(email: string, sub: string): Promise<string> {
    const [job] = (await jobs()).filter(({ to }) => to === email);
    const claims = { nonce: String(job?.['nonce']), expiresAt: Number(job?.['expires_at']) };
    return deriveMailToken('confirm-email', { email, sub, ...claims }, world.macKey);
  }

  it('a new password ends 60 other sessions and their tokens, keeps its own, and is recorded with its notice', async () => {
    const account = await newAccount();
    const own = await startSession(account);
    const others = await Promise.all(Array.from({ length: 60 }, () => startSession(account)));
    let left: string[] = [];
    const observed = {
      ...world.changes,
      change: async (input: Parameters<World['changes']['change']>[0]) => {
        const outcome = await world.changes.change(input);
        left = await active(account.sub);
        return outcome;
      },
    };
    await change(principalOf(own), undefined, undefined, { changes: observed });
    expect(left, 'with the change itself, whatever comes after it').toEqual([own.sid]);
    const revoked = (await database.items('Revocations')).map(({ value }) => value);
    expect(others.filter(({ sid }) => !revoked.includes(sid))).toEqual([]);
    expect(revoked).not.toContain(own.sid);
    expect(await world.accounts.find(account.sub)).toMatchObject({
      passwordHash: '#an entirely new password',
      sessionEpoch: account.sessionEpoch,
      credentialsChangedAt: Math.floor(clock() / 1000),
    });
    expect(await eventsOf(account.sub, 'password.changed')).toMatchObject([{ outcome: 'success' }]);
    const notices = (await jobs()).filter(
      ({ to, template }) => to === account.email && template === 'password-changed',
    );
    expect(notices).toHaveLength(1);
  });

  it('a session that begins while the password is changed ends as well', async () => {
    const account = await newAccount();
    const own = await startSession(account);
    const late = {
      ...world.changes,
      change: async (input: Parameters<World['changes']['change']>[0]) => {
        await startSession(account);
        return world.changes.change(input);
      },
    };
    await change(principalOf(own), undefined, undefined, { changes: late });
    expect(await active(account.sub)).toEqual([own.sid]);
  });

  it('of ten changes at once one holds', async () => {
    const account = await newAccount();
    const principal = principalOf(await startSession(account));
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => change(principal, `an entirely new password ${index}`)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await eventsOf(account.sub, 'password.changed')).toHaveLength(1);
  });

  it('a wrong current password changes nothing and is recorded', async () => {
    const account = await newAccount();
    const [own, other] = [await startSession(account), await startSession(account)];
    await expect(change(principalOf(own), undefined, 'not the right password')).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    expect((await active(account.sub)).sort()).toEqual([own.sid, other.sid].sort());
    expect(await eventsOf(account.sub, 'password.refused')).toMatchObject([{ outcome: 'failure' }]);
  });

  it('a sign-in too long ago, or without the second factor that there is, is not enough for either change', async () => {
    const [plain, strong] = [await newAccount(), await newAccount({ factorMethods: ['totp'] })];
    const stale = principalOf(await startSession(plain), { authTime: Math.floor(clock() / 1000) - 301 });
    const weak = principalOf(await startSession(strong));
    for (const principal of [stale, weak]) {
      const refusal = { code: 'step_up_required', status: 403 };
      await expect(change(principal)).rejects.toMatchObject(refusal);
      await expect(requestChange(principal, 'new@example.com')).rejects.toMatchObject(refusal);
    }
    await change(principalOf(await startSession(strong), { acr: 'aal2' }));
  });

  it('a change of address costs the same for a free and a taken one, and names neither in events or grants', async () => {
    const [account, owner] = [await newAccount(), await newAccount()];
    const principal = principalOf(await startSession(account));
    await requestChange(principal, 'warm@example.com');
    const free = 'free@example.com';
    const calls = [
      await countCalls(database.client, () => requestChange(principal, free)),
      await countCalls(database.client, () => requestChange(principal, owner.email)),
    ];
    expect(calls[1]).toEqual(calls[0]);
    expect((await jobs()).filter(({ to }) => to === free)).toMatchObject([{ template: 'confirm-email' }]);
    expect((await jobs()).filter(({ to }) => to === owner.email)).toMatchObject([{ template: 'already-registered' }]);
    const told = (await jobs()).filter(({ to }) => to === account.email);
    expect(told.map(({ template }) => template)).toEqual(Array(3).fill('email-change-requested'));
    const kept = JSON.stringify([...(await database.items('Grants')), ...(await database.items('AuditOutbox'))]);
    for (const address of [free, owner.email, account.email]) expect(kept).not.toContain(address);
  });

  it('an address gets three mails an hour, whoever asks, and an account may ask three times', async () => {
    const principals = [];
    for (let nth = 0; nth < 4; nth++) principals.push(principalOf(await startSession(await newAccount())));
    for (const principal of principals) await requestChange(principal, 'wanted@example.com');
    expect((await jobs()).filter(({ to }) => to === 'wanted@example.com')).toHaveLength(3);
    const [principal] = principals;
    if (!principal) throw new Error('no principal');
    for (const address of ['second@example.com', 'third@example.com']) await requestChange(principal, address);
    await expect(requestChange(principal, 'fourth@example.com')).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('a change of address that was asked for before a reset, another change or a sign-out everywhere leads nowhere', async () => {
    const told = () => ({
      nowMs: clock(),
      event: testEvent(),
      notice: noticeJob({ template: 'password-changed', to: 'owner@example.com', from, nowMs: clock() }),
    });
    const shutOut = {
      reset: async (account: Account) => {
        const grant = { sub: account.sub, tokenHash: 'reset' };
        const link = newMailedLink({ purpose: 'reset', email: account.email, key: world.macKey, nowSeconds: 1 });
        await world.resets.request({ ...grant, expiresAt: 2 ** 40, job: link.job, nowMs: clock() });
        return world.resets.complete({ account, ...grant, passwordHash: '#reset', ...told() });
      },
      'password change': async (account: Account) => {
        const { sid } = await startSession(account);
        const input = { account, sid, passwordHash: '#new', endSids: [], ...told() };
        return (await world.changes.change(input)) === 'changed';
      },
      'factor change': async ({ sub, credentialsChangedAt }: Account) => {
        const move = new UpdateCommand({
          TableName: world.tables.accounts,
          Key: { pk: accountKey(sub) },
          UpdateExpression: 'SET credentials_changed_at = :at',
          ExpressionAttributeValues: { ':at': credentialsChangedAt + 1 },
        });
        return (await world.client.send(move)) !== undefined;
      },
      'sign-out everywhere': ({ sub }: Account) => world.revocation.revokeEverywhere({ sub, ...told() }),
    };
    for (const [name, shut] of Object.entries(shutOut)) {
      const account = await newAccount();
      const newEmail = `${account.sub}@thief.example`;
      await requestChange(principalOf(await startSession(account)), newEmail);
      const token = await confirmationOf(newEmail, account.sub);
      const read = (await readEmailChangeLink(deps(), token)) ?? expect.fail(name);
      expect(await shut(account), name).toBe(true);
      await expect(confirmEmailChange(deps(), { token, from }), name).rejects.toMatchObject({
        code: 'invalid_token',
        status: 400,
      });
      // Whoever read grant and account just before it is refused by the transaction.
      expect(await world.emailChanges.complete({ ...read, ...told() }), name).toBe(false);
      const after = (await world.accounts.find(account.sub)) ?? expect.fail(name);
      expect(await world.emailChanges.complete({ ...read, ...told(), account: after }), name).toBe(false);
      expect(after.email).toBe(account.email);
    }
  });

  it('whose session has ended, alone or with all, changes neither password nor address, though the token still passes', async () => {
    const ends = {
      alone: ({ sub, sid }: Session) => world.revocation.revoke({ sub, sid, nowMs: clock(), event: testEvent() }),
      'with all': ({ sub }: Session) => world.revocation.revokeEverywhere({ sub, nowMs: clock(), event: testEvent() }),
    };
    for (const [name, end] of Object.entries(ends)) {
      const account = await newAccount();
      const session = await startSession(account);
      expect(await end(session), name).toBe(true);
      const [written, asked] = [await jobs(), requestChange(principalOf(session), `${account.sub}@thief.example`)];
      await expect(asked, name).rejects.toMatchObject({ code: 'invalid_token', status: 401 });
      await expect(change(principalOf(session)), name).rejects.toMatchObject({ code: 'invalid_token', status: 401 });
      expect(await jobs(), name).toEqual(written);
      expect(await world.accounts.find(account.sub), name).toMatchObject({ passwordHash: account.passwordHash });
    }
  });

  it('a change of address is not asked for on an account that was changed since it was read', async () => {
    const account = await newAccount();
    const [own, other] = [await startSession(account), await startSession(account)];
    await change(principalOf(own));
    const { tokenHash, expiresAt, job } = newMailedLink({
      purpose: 'confirm-email',
      email: 'new@example.com',
      sub: account.sub,
      key: world.macKey,
      nowSeconds: Math.floor(clock() / 1000),
    });
    const input = { sub: account.sub, tokenHash, expiresAt, jobs: [job], nowMs: clock(), event: testEvent() };
    const request = (read: Account, { sid }: Session) =>
      world.emailChangeRequests.request({ ...input, account: read, sid });
    const now = (await world.accounts.find(account.sub)) ?? expect.fail('no account');
    expect(await request(account, own)).toBe(false);
    expect(await request(now, other)).toBe(false);
    expect(await request(now, own)).toBe(true);
  });

  it('a confirmed address moves the uniqueness of the account’s address, and the old one is free again', async () => {
    const account = await newAccount();
    const newEmail = `${account.sub}@moved.example`;
    await requestChange(principalOf(await startSession(account)), newEmail);
    const [job] = (await jobs()).filter(({ to }) => to === newEmail);
    const claims = { nonce: String(job?.['nonce']), expiresAt: Number(job?.['expires_at']) };
    const tokenFor = (email: string, sub: string) =>
      deriveMailToken('confirm-email', { email, sub, ...claims }, world.macKey);
    const confirm = (token: string) => confirmEmailChange(deps(), { token, from });
    for (const other of [tokenFor('other@example.com', account.sub), tokenFor(newEmail, (await newAccount()).sub)]) {
      await expect(confirm(other)).rejects.toMatchObject({ code: 'invalid_token', status: 400 });
    }
    await confirm(tokenFor(newEmail, account.sub));
    expect(await world.accounts.findByEmail(account.email)).toBeUndefined();
    expect(await world.accounts.findByEmail(newEmail)).toMatchObject({
      sub: account.sub,
      email: newEmail,
      normalizedEmail: newEmail,
      credentialsChangedAt: Math.floor(clock() / 1000),
      sessionEpoch: account.sessionEpoch,
    });
    expect(await eventsOf(account.sub, 'email.changed')).toHaveLength(1);
    await newAccount({ email: account.email, normalizedEmail: account.email });
  });
});
