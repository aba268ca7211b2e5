import { randomUUID } from 'node:crypto';
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { ordinaryLimits } from '../../../lambdas/contract/limits.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { auditEvent } from '../../../lambdas/core/audit/auditEvent.ts';
import { hashMailToken } from '../../../lambdas/core/mail/mailToken.ts';
import { passwordAuthentication } from '../../../lambdas/core/sessions/authentication.ts';
import type { Delivery } from '../../../lambdas/core/sessions/delivery.ts';
import { beginSession } from '../../../lambdas/core/sessions/newSession.ts';
import { refreshSession } from '../../../lambdas/flows/sessions/refreshSession.ts';
import { accountsPerTransaction } from '../../../lambdas/stores/accounts/accountImports.ts';
import { newAccountPuts } from '../../../lambdas/stores/items/accountItems.ts';
import { createLimitCounter } from '../../../lambdas/stores/limits/limitCounter.ts';
import { countCalls } from '../../support/database/countCalls.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { databaseEndpoints } from '../../support/database/endpoints.ts';
import { createWorld, from, manualClock, settings, testAccount, type World } from '../../support/worlds/world.ts';

/** The promises of the stores, kept against every DynamoDB at hand: an emulator forgives what DynamoDB refuses. */
describe.each(databaseEndpoints())('the stores on $name', ({ endpoint }) => {
  let database: TestDatabase;
  const clock = manualClock();
  let world: World;

  beforeAll(async () => {
    database = await createDatabase(endpoint);
    world = createWorld(database, clock);
  });

  const event = () =>
    auditEvent({
      type: 'sign_in.succeeded',
      nowMs: clock(),
      from,
      actor: { type: 'system' },
      target: { type: 'session' },
      outcome: 'success',
    });

  async function addAccount(change: Partial<Account> = {}): Promise<Account> {
    const account = testAccount(change);
    await world.client.send(
      new TransactWriteCommand({ TransactItems: newAccountPuts(database.tables.Accounts, account) }),
    );
    return account;
  }

  async function startSession(account: Account, delivery: Delivery = 'body') {
    const now = Math.floor(clock() / 1000);
    const begun = beginSession({
      account,
      authentication: passwordAuthentication,
      delivery,
      from,
      now,
      key: world.macKey,
      settings,
    });
    const { credentialsChangedAt } = account;
    expect(await world.sessions.start({ session: begun.session, credentialsChangedAt, event: event() })).toBe(true);
    return begun;
  }

  function refresh(
    refreshToken: string,
    calls: { reuse: number } = { reuse: 0 },
    arrivedAtMs = clock(),
    {
      limits = world.limits,
      delivery = 'body',
    }: Partial<Pick<World, 'limits'>> & { readonly delivery?: Delivery } = {},
  ) {
    return refreshSession(
      {
        ...world,
        limits,
        refreshKeys: world.macKeys,
        onReuse: () => {
          calls.reuse++;
        },
        retryWindowSeconds: 10,
      },
      { refreshToken, delivery, from, arrivedAtMs },
    );
  }

  const eventsOf = async (sid: string) =>
    (await database.items('AuditOutbox'))
      .map((item) => JSON.parse(String(item['event'])))
      .filter((found) => found.target.id === sid);

  describe('an account', () => {
    it('is found by its address and by its sub, as it was written', async () => {
      const account = await addAccount({ roles: ['admin', 'member'] });
      expect(await world.accounts.findByEmail(account.normalizedEmail)).toEqual(account);
      expect(await world.accounts.find(account.sub)).toEqual(account);
      expect(await world.accounts.findByEmail('nobody@example.com')).toBeUndefined();
    });
  });

  describe('an import', () => {
    const entry = (change: Partial<Account> = {}) => {
      const account = testAccount(change);
      const target = { type: 'account', id: account.sub } as const;
      const made = { type: 'account.imported', nowMs: clock(), outcome: 'success', actor: { type: 'system' } } as const;
      return { account, event: auditEvent({ ...made, target }) };
    };

    it('of as many accounts as a transaction holds makes each with its event, and none twice', async () => {
      const entries = Array.from({ length: accountsPerTransaction }, () => entry());
      expect(new Set(await world.imports.create(entries))).toEqual(new Set(['imported']));
      const again = entries.map(({ account }) => entry(account));
      expect(new Set(await world.imports.create(again))).toEqual(new Set(['existing']));
      for (const { account } of [entries[0], entries[32]].filter((one) => one !== undefined)) {
        expect(await world.accounts.findByEmail(account.email)).toEqual(account);
        expect((await eventsOf(account.sub)).map(({ type }) => type)).toEqual(['account.imported']);
      }
    });

    it('leaves out what is taken, and makes the others', async () => {
      const there = await addAccount();
      const other = await addAccount();
      const [first, last] = [entry(), entry()];
      const taken = entry({ email: there.email, normalizedEmail: there.normalizedEmail });
      const sameSub = entry({ sub: other.sub });
      const outcomes = await world.imports.create([first, taken, sameSub, last]);
      expect(outcomes).toEqual(['imported', 'address_taken', 'sub_taken', 'imported']);
      for (const { account } of [first, last]) expect(await world.accounts.find(account.sub)).toEqual(account);
      for (const one of [there, other]) expect(await world.accounts.find(one.sub)).toEqual(one);
      for (const { account } of [taken, sameSub]) expect(await eventsOf(account.sub)).toEqual([]);
      expect(await world.accounts.find(taken.account.sub)).toBeUndefined();
    });
  });

  describe('a password hash', () => {
    it('is replaced with its event while it is the one that was verified, and only then', async () => {
      const account = await addAccount({ passwordHash: 'imported:old' });
      const replace = (from: string, to: string, nth: number) =>
        world.passwordHashes.replace({
          sub: account.sub,
          from,
          to,
          event: auditEvent({
            type: 'password.rehashed',
            eventId: `${account.sub} ${nth}`,
            nowMs: clock(),
            actor: { type: 'subject', id: account.sub },
            target: { type: 'account', id: account.sub },
            outcome: 'success',
          }),
        });
      const answers = await Promise.all([1, 2, 3, 4].map((nth) => replace('imported:old', `new ${nth}`, nth)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      const won = answers.indexOf(true) + 1;
      expect(await world.accounts.find(account.sub)).toEqual({ ...account, passwordHash: `new ${won}` });
      expect(await replace('imported:old', 'newer', 5)).toBe(false);
      expect((await eventsOf(account.sub)).map(({ event_id }) => event_id)).toEqual([`${account.sub} ${won}`]);
    });
  });

  describe('a session', () => {
    it('starts with its event, or not at all', async () => {
      const account = await addAccount();
      const { session } = await startSession(account);
      expect(await world.sessions.list(account.sub)).toEqual([session]);
      expect(
        (await database.items('AuditOutbox')).some((item) => String(item['event']).includes('sign_in.succeeded')),
      ).toBe(true);
    });

    it('does not start in an epoch that is over, after a change of what signs in, nor for a disabled account', async () => {
      const account = await addAccount({ sessionEpoch: 3 });
      for (const stale of [
        { ...account, sessionEpoch: 2 },
        { ...account, credentialsChangedAt: account.credentialsChangedAt - 1 },
        { ...(await addAccount({ status: 'disabled' })), status: 'active' as const },
      ]) {
        const { session } = beginSession({
          account: stale,
          authentication: passwordAuthentication,
          from,
          now: Math.floor(clock() / 1000),
          key: world.macKey,
          settings,
        });
        const { credentialsChangedAt } = stale;
        expect(await world.sessions.start({ session, credentialsChangedAt, event: event() })).toBe(false);
        expect(await world.sessions.list(stale.sub)).toEqual([]);
      }
    });

    it('starts for an account of the release before, which does not know when that was', async () => {
      const account = await addAccount();
      await database.client.send(
        new UpdateCommand({
          TableName: database.tables.Accounts,
          Key: { pk: `account#${account.sub}` },
          UpdateExpression: 'REMOVE credentials_changed_at',
        }),
      );
      await startSession({ ...account, credentialsChangedAt: 0 });
    });
  });

  describe('a refresh', () => {
    it('yields one new generation, and the event with it', async () => {
      const { session, refreshToken } = await startSession(await addAccount());
      await refresh(refreshToken);
      const [stored] = await world.sessions.list(session.sub);
      expect(stored?.generation).toBe(1);
      expect((await eventsOf(session.sid)).map(({ type }) => type)).toContain('session.refreshed');
    });

    it('F02 that lost its answer gets the same successor again, within the window and no longer', async () => {
      const { session, refreshToken } = await startSession(await addAccount());
      const first = await refresh(refreshToken);
      clock.advance(9_000);
      expect((await refresh(refreshToken)).refreshToken).toBe(first.refreshToken);
      expect((await world.sessions.list(session.sub))[0]?.generation).toBe(1);
      clock.advance(1_000);
      const calls = { reuse: 0 };
      await expect(refresh(refreshToken, calls)).rejects.toMatchObject({ code: 'invalid_grant' });
      expect(calls.reuse).toBe(1);
    });

    it('counts from when it was sent: one that a cold start held up is a retry, not a reuse', async () => {
      const { refreshToken } = await startSession(await addAccount());
      const sentAtMs = clock();
      const first = await refresh(refreshToken);
      clock.advance(20_000);
      const heldUp = await refresh(refreshToken, { reuse: 0 }, sentAtMs);
      expect(heldUp.refreshToken).toBe(first.refreshToken);
      clock.advance(60_000);
      await expect(refresh(refreshToken, { reuse: 0 }, sentAtMs)).rejects.toMatchObject({ code: 'invalid_grant' });
    });

    it('O25 O26 of an older token revokes the session, its access tokens, and says so in the log', async () => {
      const { session, refreshToken } = await startSession(await addAccount());
      const second = await refresh(refreshToken);
      await refresh(String(second.refreshToken));
      await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'invalid_grant' });
      expect((await world.sessions.list(session.sub))[0]?.status).toBe('revoked');
      const revocations = await database.items('Revocations');
      expect(revocations.filter(({ kind, value }) => kind === 'sid' && value === session.sid)).toHaveLength(1);
      expect((await eventsOf(session.sid)).map(({ type }) => type)).toContain('session.reuse_detected');
      await expect(refresh(String(second.refreshToken))).rejects.toMatchObject({ code: 'invalid_grant' });
    });

    it('O28 of a forged token is refused without a read, and revokes nothing', async () => {
      const { session, refreshToken } = await startSession(await addAccount());
      const forged = refreshToken.replace(/\.0\./, '.1.');
      await expect(refresh(forged)).rejects.toMatchObject({ code: 'invalid_grant' });
      expect((await world.sessions.list(session.sub))[0]?.status).toBe('active');
    });

    it('is limited by session; of a forged token nothing is counted, nor anything else called', async () => {
      const { refreshToken } = await startSession(await addAccount());
      const forged = refreshToken.replace(/\.0\./, '.1.');
      const calls = await countCalls(world.client, () => refresh(forged).catch(() => undefined));
      expect(calls).toEqual([]);
      const refreshPerSession = { windowSeconds: 60, maximum: 2 };
      const limits = createLimitCounter({
        client: world.client,
        table: database.tables.Limits,
        limits: { ...ordinaryLimits, refreshPerSession },
        clock,
      });
      const limited = (token: string) => refresh(token, { reuse: 0 }, clock(), { limits });
      for (let index = 0; index < 2; index++) await limited(refreshToken);
      await expect(limited(refreshToken)).rejects.toMatchObject({ code: 'rate_limited', status: 429 });
      const other = await startSession(await addAccount());
      await limited(other.refreshToken);
    });

    it('by 50 at once yields one generation; each answer is the same successor or 503', async () => {
      const { session, refreshToken } = await startSession(await addAccount());
      const answers = await Promise.allSettled(Array.from({ length: 50 }, () => refresh(refreshToken)));
      const good = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.refreshToken] : []));
      const bad = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
      expect(new Set(good).size).toBe(1);
      for (const error of bad) expect(error).toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
      const [stored] = await world.sessions.list(session.sub);
      expect(stored).toMatchObject({ generation: 1, status: 'active' });
    });

    it('of a browser leaves a current token younger than the window as it is, and rotates it afterwards', async () => {
      const { session, refreshToken } = await startSession(await addAccount(), 'cookie');
      const refreshByCookie = (token: string) => refresh(token, undefined, undefined, { delivery: 'cookie' });
      clock.advance(9_000);
      expect((await refreshByCookie(refreshToken)).refreshToken).toBe(refreshToken);
      expect((await world.sessions.list(session.sub))[0]?.generation).toBe(0);
      clock.advance(2_000);
      const next = await refreshByCookie(refreshToken);
      expect(next.refreshToken).not.toBe(refreshToken);
      expect((await refreshByCookie(next.refreshToken)).refreshToken).toBe(next.refreshToken);
      expect((await refreshByCookie(refreshToken)).refreshToken).toBe(next.refreshToken);
      expect((await world.sessions.list(session.sub))[0]).toMatchObject({ generation: 1, status: 'active' });
      clock.advance(60_000);
      await expect(refreshByCookie(refreshToken)).rejects.toMatchObject({ code: 'invalid_grant', sessionOver: true });
      expect((await world.sessions.list(session.sub))[0]?.status).toBe('revoked');
    });

    it('S08 in another way than the session is delivered in is refused, and revokes nothing', async () => {
      for (const [delivered, presented] of [
        ['cookie', 'body'],
        ['body', 'cookie'],
      ] as const) {
        const { session, refreshToken } = await startSession(await addAccount(), delivered);
        clock.advance(60_000);
        const attempt = refresh(refreshToken, undefined, undefined, { delivery: presented });
        await expect(attempt).rejects.toMatchObject({ code: 'invalid_grant' });
        expect((await world.sessions.list(session.sub))[0]).toMatchObject({ generation: 0, status: 'active' });
        await refresh(refreshToken, undefined, undefined, { delivery: delivered });
      }
    });

    it('of a session of the release before, which does not say how it is delivered, is one in a body', async () => {
      const { session, refreshToken } = await startSession(await addAccount());
      await world.client.send(
        new UpdateCommand({
          TableName: database.tables.Sessions,
          Key: { sub: session.sub, sid: session.sid },
          UpdateExpression: 'REMOVE delivery',
        }),
      );
      await refresh(refreshToken);
      expect((await world.sessions.list(session.sub))[0]).toMatchObject({ generation: 1, delivery: 'body' });
    });

    it('of a browser tells how long its cookies live: until the session would end unused', async () => {
      const { refreshToken } = await startSession(await addAccount(), 'cookie');
      const maxAge = async (token: string) => {
        const { delivery, refreshToken: next } = await refresh(token, undefined, undefined, { delivery: 'cookie' });
        return { next, seconds: delivery.by === 'cookie' ? delivery.maxAgeSeconds : undefined };
      };
      clock.advance(6 * 86_400_000);
      let { next, seconds } = await maxAge(refreshToken);
      expect(seconds).toBe(settings.refreshIdleTtlSeconds);
      for (let day = 12; day <= 24; day += 6) {
        clock.advance(6 * 86_400_000);
        ({ next, seconds } = await maxAge(next));
      }
      expect(seconds).toBe(6 * 86_400);
    });

    it('is refused, and revokes nothing, once idle or absolute expiry has passed', async () => {
      const account = await addAccount();
      const { session, refreshToken } = await startSession(account);
      clock.advance(settings.refreshIdleTtlSeconds * 1000);
      await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'invalid_grant' });
      expect((await world.sessions.list(session.sub))[0]).toMatchObject({ generation: 0, status: 'active' });
    });

    it('goes on while it is used, up to 30 days and not beyond', async () => {
      const { refreshToken } = await startSession(await addAccount());
      let token = refreshToken;
      for (let day = 6; day < 30; day += 6) {
        clock.advance(6 * 86_400_000);
        token = String((await refresh(token)).refreshToken);
      }
      clock.advance(6 * 86_400_000);
      await expect(refresh(token)).rejects.toMatchObject({ code: 'invalid_grant' });
    });

    it('reports a reserved word, a bad expression or an oversized item as 503, with nothing changed', async () => {
      const { session } = await startSession(await addAccount());
      const oversized = { ...event(), details: { text: 'x'.repeat(420_000) } };
      await expect(
        world.rotation.rotate({
          sub: session.sub,
          sid: session.sid,
          clientId: session.clientId,
          secretHash: session.secretHash,
          delivery: 'body',
          generation: 0,
          epoch: 0,
          nowMs: clock(),
          idleTtlSeconds: 60,
          event: oversized,
        }),
      ).rejects.toMatchObject({ code: 'unavailable' });
      expect((await world.sessions.list(session.sub))[0]?.generation).toBe(0);
    });
  });

  describe('a revocation', () => {
    it('of a session is once: state, entry and event, or none', async () => {
      const { session } = await startSession(await addAccount());
      const revoke = () =>
        world.revocation.revoke({ sub: session.sub, sid: session.sid, nowMs: clock(), event: event() });
      expect(await revoke()).toBe(true);
      const before = (await database.items('AuditOutbox')).length;
      expect(await revoke()).toBe(false);
      expect((await database.items('AuditOutbox')).length).toBe(before);
    });

    it('by refresh token takes the secret of that session', async () => {
      const { session } = await startSession(await addAccount());
      const input = { sub: session.sub, sid: session.sid, nowMs: clock(), event: event() };
      expect(await world.revocation.revoke({ ...input, proof: { secretHash: 'another' } })).toBe(false);
      expect(await world.revocation.revoke({ ...input, proof: { secretHash: session.secretHash } })).toBe(true);
    });

    it('of everything kills each refresh token, and sets the cut for access tokens', async () => {
      const account = await addAccount();
      const begun = await Promise.all([startSession(account), startSession(account)]);
      const raised = () => world.revocation.revokeEverywhere({ sub: account.sub, nowMs: clock(), event: event() });
      expect(await raised()).toBe(true);
      for (const { refreshToken } of begun) {
        await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'invalid_grant' });
      }
      const cut = Math.floor(clock() / 1000) + 2;
      expect(await world.accounts.find(account.sub)).toMatchObject({ sessionEpoch: 1, tokenCut: cut });
      const entries = (await database.items('Revocations')).filter(({ value }) => value === account.sub);
      expect(entries).toMatchObject([{ kind: 'sub', issued_at_or_before: cut }]);
    });
  });

  describe('a registration', () => {
    const pending = () => ({ pendingId: randomUUID(), tokenHash: hashMailToken(randomUUID()) });

    async function request(input: { pendingId: string; tokenHash: string }) {
      const now = Math.floor(clock() / 1000);
      await world.registrations.request({
        ...input,
        expiresAt: now + 600,
        job: {
          jobId: randomUUID(),
          to: 'a@example.com',
          expiresAt: now + 600,
          template: 'already-registered',
          at: 1,
          ip: '192.0.2.1',
          userAgent: '',
        },
        nowMs: clock(),
      });
    }

    function complete(input: { pendingId: string; tokenHash: string }, account = testAccount()) {
      const now = Math.floor(clock() / 1000);
      const { session } = beginSession({
        account,
        authentication: passwordAuthentication,
        from,
        now,
        key: world.macKey,
        settings,
      });
      return world.registrations.complete({ ...input, now, account, session, events: [event(), event()] });
    }

    it('by 20 at once with one token makes one account', async () => {
      const token = pending();
      await request(token);
      const accounts = Array.from({ length: 20 }, () => testAccount());
      const made = await Promise.allSettled(accounts.map((account) => complete(token, account)));
      expect(made.filter((answer) => answer.status === 'fulfilled' && answer.value)).toHaveLength(1);
      const found = await Promise.all(accounts.map(({ sub }) => world.accounts.find(sub)));
      expect(found.filter((account) => account !== undefined)).toHaveLength(1);
    });

    it('of one address twice makes one account', async () => {
      const tokens = [pending(), pending()];
      await Promise.all(tokens.map(request));
      const address = `${randomUUID()}@example.com`;
      const made = await Promise.allSettled(
        tokens.map((token) => complete(token, testAccount({ email: address, normalizedEmail: address }))),
      );
      expect(made.filter((answer) => answer.status === 'fulfilled' && answer.value)).toHaveLength(1);
    });

    it('R03 is replaced by a newer one, and ends after ten minutes', async () => {
      const older = pending();
      const newer = { ...pending(), pendingId: older.pendingId };
      await request(older);
      await request(newer);
      expect(await world.registrations.isPending(older)).toBe(false);
      expect(await complete(older)).toBe(false);
      clock.advance(600_000);
      expect(await complete(newer)).toBe(false);
    });

    it('keeps no address once its mail has gone', async () => {
      await request(pending());
      const items = (await database.items('Accounts')).filter(({ pk }) => String(pk).startsWith('pending#'));
      expect(items.length).toBeGreaterThan(0);
      expect(JSON.stringify(items)).not.toContain('@');
    });
  });

  it('reads session and account in one consistent call', async () => {
    const account = await addAccount();
    const { session } = await startSession(account);
    expect(await world.rotation.read(session)).toEqual({ session, account });
  });
});
