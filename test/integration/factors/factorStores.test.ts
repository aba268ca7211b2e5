import { randomBytes, randomUUID } from 'node:crypto';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { auditEvent } from '../../../lambdas/core/audit/auditEvent.ts';
import { type Factor, methodsOf } from '../../../lambdas/core/factors/factor.ts';
import { noticeJob } from '../../../lambdas/core/mail/mailJob.ts';
import { passkeyAuthentication, passwordAuthentication } from '../../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../../lambdas/core/sessions/newSession.ts';
import { createFactorChanges } from '../../../lambdas/stores/factors/factorChanges.ts';
import { createFactorSignIn, type UsedUp } from '../../../lambdas/stores/factors/factorSignIn.ts';
import { createFactors } from '../../../lambdas/stores/factors/factors.ts';
import { createMfaAttempts } from '../../../lambdas/stores/factors/mfaAttempts.ts';
import { createTotpEnrolments } from '../../../lambdas/stores/factors/totpEnrolments.ts';
import { newAccountPuts } from '../../../lambdas/stores/items/accountItems.ts';
import type { SingleUse } from '../../../lambdas/stores/items/grantItems.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { databaseEndpoints } from '../../support/database/endpoints.ts';
import { createWorld, from, manualClock, settings, testAccount, type World } from '../../support/worlds/world.ts';

const newId = () => randomBytes(16).toString('base64url');
const inAMinute = () => Math.floor(Date.now() / 1000) + 60;

/** The promises of the factors' stores: what is changed together, and what can be used once. */
describe.each(databaseEndpoints())('the factors on $name', ({ endpoint }) => {
  let database: TestDatabase;
  let world: World;
  let stores: ReturnType<typeof createStores>;
  const clock = manualClock();

  function createStores() {
    const { client } = world;
    const tables = { ...world.tables, factors: database.tables.Factors, grants: database.tables.Grants };
    return {
      factors: createFactors({ client, table: tables.factors }),
      changes: createFactorChanges({ client, tables }),
      enrolments: createTotpEnrolments({ client, table: tables.grants }),
      attempts: createMfaAttempts({ client, table: tables.grants }),
      signIns: createFactorSignIn({ client, tables }),
    };
  }

  beforeAll(async () => {
    database = await createDatabase(endpoint);
    world = createWorld(database, clock);
    stores = createStores();
  });

  const event = () =>
    auditEvent({
      type: 'factor.added',
      nowMs: clock(),
      from,
      actor: { type: 'system' },
      target: { type: 'factor' },
      outcome: 'success',
    });

  async function addAccount(change: Partial<Account> = {}): Promise<Account> {
    const account = testAccount(change);
    const items = newAccountPuts(database.tables.Accounts, account);
    await world.client.send(new TransactWriteCommand({ TransactItems: items }));
    return account;
  }

  const passkey = (sub: string): Factor => ({
    sub,
    id: newId(),
    type: 'webauthn',
    name: 'Passkey',
    createdAt: 1,
    credentialId: 'AAAA',
    publicKey: 'BBBB',
    counter: 0,
    transports: ['internal'],
  });
  const totp = (sub: string, lastStep = 100): Factor => ({
    sub,
    id: newId(),
    type: 'totp',
    name: 'Authenticator app',
    createdAt: 1,
    sealedSecret: 'sealed',
    lastStep,
  });
  const changedAt = async ({ sub }: Account) => (await world.accounts.find(sub))?.credentialsChangedAt ?? 0;
  const challenge = (): SingleUse => ({ kind: 'webauthn', id: newId(), expiresAt: inAMinute() });

  async function add(
    account: Account,
    factor: Factor,
    options: { codes?: string[]; challenge?: SingleUse; changedAt?: number } = {},
  ) {
    const { factors, revision } = await stores.factors.read(account.sub);
    return stores.changes.add({
      sub: account.sub,
      sessionEpoch: account.sessionEpoch,
      credentialsChangedAt: options.changedAt ?? (await changedAt(account)),
      revision,
      methods: methodsOf([...factors, factor]),
      nowMs: clock(),
      events: [event()],
      job: noticeJob({ template: 'factor-added', to: account.normalizedEmail, from, nowMs: clock() }),
      factor,
      enrolledBy: { challenge: options.challenge ?? challenge() },
      ...(options.codes && { recoveryCodes: options.codes }),
    });
  }

  async function remove(account: Account, id: string, revision?: number) {
    const set = await stores.factors.read(account.sub);
    return stores.changes.remove({
      sub: account.sub,
      sessionEpoch: account.sessionEpoch,
      credentialsChangedAt: await changedAt(account),
      id,
      revision: revision ?? set.revision,
      methods: methodsOf(set.factors.filter((factor) => factor.id !== id)),
      nowMs: clock(),
      events: [event()],
      job: noticeJob({ template: 'factor-removed', to: account.normalizedEmail, from, nowMs: clock() }),
    });
  }

  async function start(account: Account, proven: Pick<UsedUp, 'factor'> & Partial<UsedUp>) {
    const used = { singleUses: [], notices: [], ...proven };
    const now = Math.floor(clock() / 1000);
    const authentication = passkeyAuthentication;
    const { session } = beginSession({ account, authentication, from, now, key: world.macKey, settings });
    const credentialsChangedAt = await changedAt(account);
    return stores.signIns.start({ session, credentialsChangedAt, used, events: [event()], nowMs: clock() });
  }

  const atOnce = async (count: number, attempt: () => Promise<boolean>) => {
    const answers = await Promise.allSettled(Array.from({ length: count }, attempt));
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'unavailable' });
    }
    return answers.filter((answer) => answer.status === 'fulfilled' && answer.value).length;
  };

  describe('a change', () => {
    it('makes factor, account, event and notice, or nothing of it', async () => {
      const account = await addAccount();
      const [first, second] = [passkey(account.sub), totp(account.sub)];
      expect(await add(account, first)).toBe(true);
      expect(await add(account, second, { codes: ['a', 'b'] })).toBe(true);
      const set = await stores.factors.read(account.sub);
      expect(set.factors).toEqual(expect.arrayContaining([first, second]));
      expect([...set.recoveryCodes].sort()).toEqual(['a', 'b']);
      expect(await world.accounts.find(account.sub)).toMatchObject({
        factorMethods: ['totp', 'webauthn'],
        credentialsChangedAt: Math.floor(clock() / 1000) + 1,
      });
      const mails = (await database.items('MailOutbox')).filter(({ to }) => to === account.normalizedEmail);
      expect(mails.map(({ template }) => template)).toEqual(['factor-added', 'factor-added']);
      expect(await add(account, first)).toBe(false);
      expect((await stores.factors.read(account.sub)).revision).toBe(2);
    });

    it('of a set that has changed meanwhile does not hold: two removals at once leave a true account', async () => {
      const account = await addAccount();
      const [one, other] = [passkey(account.sub), passkey(account.sub)];
      await add(account, one);
      await add(account, other);
      const { revision } = await stores.factors.read(account.sub);
      const outcomes = await Promise.all([one, other].map(({ id }) => remove(account, id, revision)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect((await world.accounts.find(account.sub))?.factorMethods).toEqual(['webauthn']);
      expect((await stores.factors.read(account.sub)).factors).toHaveLength(1);
    });

    it('does not hold once the account was signed out everywhere after it was read', async () => {
      const account = await addAccount();
      const factor = totp(account.sub);
      expect(await add(account, factor)).toBe(true);
      await world.revocation.revokeEverywhere({ sub: account.sub, nowMs: clock(), event: event() });
      expect(await add(account, passkey(account.sub))).toBe(false);
      expect(await remove(account, factor.id)).toBe(false);
      const now = (await world.accounts.find(account.sub)) ?? expect.fail('no account');
      expect(await add(now, passkey(account.sub))).toBe(true);
    });

    it('ends a password’s sign-in that had read the account before, also in the same second', async () => {
      const account = await addAccount({ credentialsChangedAt: Math.floor(clock() / 1000) });
      expect(await add(account, passkey(account.sub))).toBe(true);
      const now = Math.floor(clock() / 1000);
      const authentication = passwordAuthentication;
      const { session } = beginSession({ account, authentication, from, now, key: world.macKey, settings });
      const { credentialsChangedAt } = account;
      expect(await world.sessions.start({ session, credentialsChangedAt, event: event() })).toBe(false);
      expect(await world.sessions.list(account.sub)).toEqual([]);
    });

    it('by a clock that is behind makes no device known again', async () => {
      const ahead = Math.floor(clock() / 1000) + 600;
      const account = await addAccount({ credentialsChangedAt: ahead });
      const factor = passkey(account.sub);
      expect(await add(account, factor)).toBe(true);
      expect(await changedAt(account)).toBe(ahead + 1);
      expect(await remove(account, factor.id)).toBe(true);
      expect(await changedAt(account)).toBe(ahead + 2);
    });

    it('of an account that signs in by something else meanwhile does not hold', async () => {
      const account = await addAccount();
      const before = await changedAt(account);
      expect(await add(account, passkey(account.sub))).toBe(true);
      expect(await add(account, passkey(account.sub), { changedAt: before })).toBe(false);
      expect((await stores.factors.read(account.sub)).factors).toHaveLength(1);
    });

    it('that removes the last factor removes the recovery codes', async () => {
      const account = await addAccount();
      const factor = totp(account.sub);
      await add(account, factor, { codes: ['a'] });
      expect(await remove(account, factor.id)).toBe(true);
      expect(await stores.factors.read(account.sub)).toEqual({ factors: [], recoveryCodes: new Set(), revision: 2 });
      expect((await world.accounts.find(account.sub))?.factorMethods).toEqual([]);
      expect(await start(account, { factor: { method: 'recovery_code', hash: 'a' } })).toBe(false);
    });

    it('of a set that was emptied and begun anew meanwhile does not hold', async () => {
      const account = await addAccount();
      const [first, second] = [passkey(account.sub), passkey(account.sub)];
      await add(account, first);
      const { revision } = await stores.factors.read(account.sub);
      await remove(account, first.id);
      expect(await add(account, second)).toBe(true);
      expect(await remove(account, second.id, revision)).toBe(false);
      expect((await stores.factors.read(account.sub)).factors).toEqual([second]);
    });

    it('of another subject’s factor does not hold', async () => {
      const [mine, theirs] = [await addAccount(), await addAccount()];
      const factor = passkey(theirs.sub);
      await add(theirs, factor);
      await add(mine, passkey(mine.sub));
      expect(await remove(mine, factor.id)).toBe(false);
      const rename = (sub: string) => stores.changes.rename({ sub, id: factor.id, name: 'Renamed', event: event() });
      expect(await rename(mine.sub)).toBe(false);
      expect(await rename(theirs.sub)).toBe(true);
      expect((await stores.factors.read(theirs.sub)).factors[0]?.name).toBe('Renamed');
    });

    it('by one challenge holds once', async () => {
      const account = await addAccount();
      const once = challenge();
      expect(await add(account, passkey(account.sub), { challenge: once })).toBe(true);
      expect(await add(account, passkey(account.sub), { challenge: once })).toBe(false);
    });

    it('replaces recovery codes, all of them, and tells of it', async () => {
      const account = await addAccount();
      await add(account, totp(account.sub), { codes: ['a', 'b'] });
      const [{ revision }, before] = [await stores.factors.read(account.sub), await changedAt(account)];
      const replace = async (change: { credentialsChangedAt: number; revision: number }) =>
        stores.changes.replaceRecoveryCodes({
          ...change,
          sub: account.sub,
          sessionEpoch: account.sessionEpoch,
          methods: ['totp'],
          nowMs: clock(),
          recoveryCodes: ['c'],
          events: [event()],
          job: noticeJob({ template: 'recovery-codes-renewed', to: account.normalizedEmail, from, nowMs: clock() }),
        });
      expect(await replace({ credentialsChangedAt: before, revision })).toBe(true);
      expect(await changedAt(account)).toBe(before + 1);
      expect(await replace({ credentialsChangedAt: before, revision: revision + 1 })).toBe(false);
      expect(await replace({ credentialsChangedAt: before + 1, revision })).toBe(false);
      expect([...(await stores.factors.read(account.sub)).recoveryCodes]).toEqual(['c']);
      expect(await world.accounts.find(account.sub)).toMatchObject({ factorMethods: ['totp'] });
      const mails = (await database.items('MailOutbox')).filter(({ to }) => to === account.normalizedEmail);
      expect(mails.map(({ template }) => String(template)).sort()).toEqual(['factor-added', 'recovery-codes-renewed']);
    });
  });

  describe('an authenticator app', () => {
    it('is enrolled by the enrolment that was begun last, once, and in time', async () => {
      const account = await addAccount();
      const enrol = async (id: string) => {
        const { revision } = await stores.factors.read(account.sub);
        return stores.changes.add({
          sub: account.sub,
          sessionEpoch: account.sessionEpoch,
          credentialsChangedAt: await changedAt(account),
          revision,
          methods: ['totp'],
          nowMs: clock(),
          events: [event()],
          job: noticeJob({ template: 'factor-added', to: account.normalizedEmail, from, nowMs: clock() }),
          factor: { ...totp(account.sub), id },
          enrolledBy: { totp: id },
        });
      };
      const begin = (id: string, expiresAt = Math.floor(clock() / 1000) + 60) =>
        stores.enrolments.begin(account.sub, { id, sealedSecret: 'sealed', expiresAt });
      await begin('older');
      await begin('newer');
      expect(await stores.enrolments.find(account.sub)).toMatchObject({ id: 'newer', sealedSecret: 'sealed' });
      expect(await enrol('older')).toBe(false);
      expect(await atOnce(5, () => enrol('newer'))).toBe(1);
      expect(await stores.enrolments.find(account.sub)).toBeUndefined();
      await begin('late', Math.floor(clock() / 1000));
      expect(await enrol('late')).toBe(false);
    });
  });

  describe('by ten at once', () => {
    it('one code of an authenticator app starts one session', async () => {
      const account = await addAccount();
      const factor = totp(account.sub);
      await add(account, factor);
      const use = (step: number) => start(account, { factor: { method: 'totp', id: factor.id, step } });
      expect(await atOnce(10, () => use(101))).toBe(1);
      expect(await world.sessions.list(account.sub)).toHaveLength(1);
      expect(await use(101)).toBe(false);
      expect(await use(100)).toBe(false);
      expect(await use(102)).toBe(true);
    });

    it('one recovery code starts one session', async () => {
      const account = await addAccount();
      await add(account, totp(account.sub), { codes: ['a', 'b'] });
      const use = (hash: string) => start(account, { factor: { method: 'recovery_code', hash } });
      expect(await atOnce(10, () => use('a'))).toBe(1);
      expect([...(await stores.factors.read(account.sub)).recoveryCodes]).toEqual(['b']);
      expect(await use('b')).toBe(true);
      expect(await use('never was one')).toBe(false);
      expect((await stores.factors.read(account.sub)).recoveryCodes.size).toBe(0);
    });

    it('one mfa_token starts one session, and no attempt counts after it', async () => {
      const account = await addAccount();
      const factor = totp(account.sub);
      await add(account, factor);
      const token = { kind: 'mfa', id: newId(), expiresAt: inAMinute() } as const;
      let step = 200;
      const use = () =>
        start(account, { factor: { method: 'totp', id: factor.id, step: step++ }, singleUses: [token] });
      expect(await stores.attempts.count(token, 5)).toBe(true);
      expect(await atOnce(10, use)).toBe(1);
      expect(await stores.attempts.count(token, 5)).toBe(false);
    });

    it('one challenge starts one session', async () => {
      const account = await addAccount();
      const factor = passkey(account.sub);
      await add(account, factor);
      const once = challenge();
      const use = () =>
        start(account, { factor: { method: 'webauthn', id: factor.id, counter: 0 }, singleUses: [once] });
      expect(await atOnce(10, use)).toBe(1);
      expect(await world.sessions.list(account.sub)).toHaveLength(1);
    });
  });

  it('attempts with one mfa_token are bounded, also at once', async () => {
    const token = { id: newId(), expiresAt: inAMinute() };
    expect(await atOnce(12, () => stores.attempts.count(token, 5))).toBe(5);
    expect(await stores.attempts.count(token, 5)).toBe(false);
  });

  it('a counter that does not grow signs nobody in', async () => {
    const account = await addAccount();
    const factor = passkey(account.sub);
    await add(account, factor);
    const use = (counter: number) =>
      start(account, { factor: { method: 'webauthn', id: factor.id, counter }, singleUses: [challenge()] });
    expect(await use(0)).toBe(true);
    expect(await use(7)).toBe(true);
    expect(await use(7)).toBe(false);
    expect(await use(0)).toBe(false);
    expect(await use(8)).toBe(true);
  });

  it('a factor that was removed meanwhile signs nobody in', async () => {
    const account = await addAccount();
    const factor = passkey(account.sub);
    expect(await start(account, { factor: { method: 'webauthn', id: factor.id, counter: 1 } })).toBe(false);
    expect(await start(account, { factor: { method: 'totp', id: randomUUID(), step: 1 } })).toBe(false);
  });

  describe('a step-up', () => {
    it('changes the authentication of a live session, and of no other', async () => {
      const account = await addAccount();
      const now = Math.floor(clock() / 1000);
      const authentication = { amr: ['pwd'], acr: 'aal1' } as const;
      const { session } = beginSession({ account, authentication, from, now, key: world.macKey, settings });
      const { credentialsChangedAt } = account;
      await world.sessions.start({ session, credentialsChangedAt, event: event() });
      const stepped = { ...session, amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', authTime: now + 5 };
      const stepUp = (read = credentialsChangedAt) =>
        stores.signIns.stepUp({
          session: stepped,
          credentialsChangedAt: read,
          used: { factor: undefined, singleUses: [], notices: [] },
          events: [event()],
          nowMs: clock(),
        });
      expect(await stepUp(credentialsChangedAt - 1), 'proven by what it no longer signs in by').toBe(false);
      expect(await stepUp()).toBe(true);
      expect(await world.sessions.list(account.sub)).toEqual([stepped]);
      await world.revocation.revoke({ sub: account.sub, sid: session.sid, nowMs: clock(), event: event() });
      expect(await stepUp()).toBe(false);
    });
  });
});
