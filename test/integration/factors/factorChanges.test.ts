import { describe, expect, it } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { noticeJob } from '../../../lambdas/core/mail/mailJob.ts';
import { factorContract } from '../../support/worlds/factorBench.ts';
import { from, testPair } from '../../support/worlds/world.ts';

factorContract((bench) => {
  const {
    clock,
    event,
    addAccount,
    newSession,
    add,
    remove,
    start,
    passkey,
    totp,
    challenge,
    changedAt,
    atOnce,
    sidOf,
  } = bench;

  describe('a change', () => {
    it('makes factor, account, event and notice together, or none', async () => {
      const account = await addAccount();
      const [first, second] = [passkey(account.sub), totp(account.sub)];
      expect(await add(account, first)).toBe(true);
      expect(await add(account, second, { codes: ['a', 'b'] })).toBe(true);
      const set = await bench.stores.factors.read(account.sub);
      expect(set.factors).toEqual(
        expect.arrayContaining([expect.objectContaining(first), expect.objectContaining(second)]),
      );
      expect([...set.recoveryCodes].sort()).toEqual(['a', 'b']);
      expect(await bench.world.accounts.find(account.sub)).toMatchObject({
        factorMethods: ['totp', 'webauthn'],
        credentialsChangedAt: Math.floor(clock() / 1000) + 1,
      });
      const mails = (await bench.database.items('MailOutbox')).filter(({ to }) => to === account.normalizedEmail);
      expect(mails.map(({ template }) => template)).toEqual(['factor-added', 'factor-added']);
      expect(await add(account, first)).toBe(false);
      expect((await bench.stores.factors.read(account.sub)).revision).toBe(2);
    });

    it('of a set that has changed meanwhile does not hold', async () => {
      const account = await addAccount();
      const [one, other] = [passkey(account.sub), passkey(account.sub)];
      await add(account, one);
      await add(account, other);
      const { revision } = await bench.stores.factors.read(account.sub);
      const outcomes = await Promise.all([one, other].map(({ id }) => remove(account, id, revision)));
      expect(outcomes.filter(Boolean)).toHaveLength(1);
      expect((await bench.world.accounts.find(account.sub))?.factorMethods).toEqual(['webauthn']);
      expect((await bench.stores.factors.read(account.sub)).factors).toHaveLength(1);
    });

    it('does not hold once the account was signed out everywhere after it was read', async () => {
      const account = await addAccount();
      const factor = totp(account.sub);
      expect(await add(account, factor)).toBe(true);
      await bench.world.revocation.revokeEverywhere({ sub: account.sub, nowMs: clock(), event: event() });
      expect(await add(account, passkey(account.sub))).toBe(false);
      expect(await remove(account, factor.id)).toBe(false);
      const now = (await bench.world.accounts.find(account.sub)) ?? expect.fail('no account');
      expect(await add(now, passkey(account.sub))).toBe(true);
    });

    it('ends a password’s sign-in that had read the account before', async () => {
      const account = await addAccount({ credentialsChangedAt: Math.floor(clock() / 1000) });
      expect(await add(account, passkey(account.sub))).toBe(true);
      const { session } = newSession(account);
      const { credentialsChangedAt } = account;
      expect(
        await bench.world.sessions.start({ session, pair: testPair(session), credentialsChangedAt, event: event() }),
      ).toBe(false);
      const sids = (await bench.world.sessions.list(account.sub)).map(({ sid }) => sid);
      expect(sids).toEqual([await sidOf(account)]);
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
      expect((await bench.stores.factors.read(account.sub)).factors).toHaveLength(1);
    });

    it('that removes the last factor removes the recovery codes', async () => {
      const account = await addAccount();
      const factor = totp(account.sub);
      await add(account, factor, { codes: ['a'] });
      expect(await remove(account, factor.id)).toBe(true);
      expect(await bench.stores.factors.read(account.sub)).toEqual({
        factors: [],
        recoveryCodes: new Set(),
        revision: 2,
      });
      expect((await bench.world.accounts.find(account.sub))?.factorMethods).toEqual([]);
      expect(await start(account, { factor: { method: 'recovery_code', hash: 'a' } })).toBe(false);
    });

    it('of a set that was begun anew meanwhile does not hold', async () => {
      const account = await addAccount();
      const [first, second] = [passkey(account.sub), passkey(account.sub)];
      await add(account, first);
      const { revision } = await bench.stores.factors.read(account.sub);
      await remove(account, first.id);
      expect(await add(account, second)).toBe(true);
      expect(await remove(account, second.id, revision)).toBe(false);
      expect((await bench.stores.factors.read(account.sub)).factors).toMatchObject([second]);
    });

    it('of another subject’s factor does not hold', async () => {
      const [mine, theirs] = [await addAccount(), await addAccount()];
      const factor = passkey(theirs.sub);
      await add(theirs, factor);
      await add(mine, passkey(mine.sub));
      expect(await remove(mine, factor.id)).toBe(false);
      const rename = async ({ sub }: Account) =>
        bench.stores.changes.rename({
          sub,
          sid: await sidOf({ sub }),
          sessionEpoch: 0,
          id: factor.id,
          name: 'Renamed',
          event: event(),
        });
      expect(await rename(mine)).toBe(false);
      expect(await rename(theirs)).toBe(true);
      expect((await bench.stores.factors.read(theirs.sub)).factors[0]?.name).toBe('Renamed');
    });

    it('by one challenge holds once', async () => {
      const account = await addAccount();
      const once = challenge();
      expect(await add(account, passkey(account.sub), { challenge: once })).toBe(true);
      expect(await add(account, passkey(account.sub), { challenge: once })).toBe(false);
    });

    it('replaces all recovery codes', async () => {
      const account = await addAccount();
      await add(account, totp(account.sub), { codes: ['a', 'b'] });
      const [{ revision }, before] = [await bench.stores.factors.read(account.sub), await changedAt(account)];
      const replace = async (change: { credentialsChangedAt: number; revision: number }) =>
        bench.stores.changes.replaceRecoveryCodes({
          ...change,
          sub: account.sub,
          normalizedEmail: account.normalizedEmail,
          sid: await sidOf(account),
          sessionEpoch: account.sessionEpoch,
          methods: ['totp'],
          nowMs: clock(),
          recoveryCodes: ['c'],
          events: [event()],
          job: noticeJob({
            template: 'recovery-codes-renewed',
            to: account.normalizedEmail,
            owner: account.sub,
            from,
            nowMs: clock(),
          }),
        });
      expect(await replace({ credentialsChangedAt: before, revision })).toBe(true);
      expect(await changedAt(account)).toBe(before + 1);
      expect(await replace({ credentialsChangedAt: before, revision: revision + 1 })).toBe(false);
      expect(await replace({ credentialsChangedAt: before + 1, revision })).toBe(false);
      expect([...(await bench.stores.factors.read(account.sub)).recoveryCodes]).toEqual(['c']);
      expect(await bench.world.accounts.find(account.sub)).toMatchObject({ factorMethods: ['totp'] });
      const mails = (await bench.database.items('MailOutbox')).filter(({ to }) => to === account.normalizedEmail);
      expect(mails.map(({ template }) => String(template)).sort()).toEqual(['factor-added', 'recovery-codes-renewed']);
    });
  });

  describe('an authenticator app', () => {
    it('is enrolled once, by the enrolment that was begun last', async () => {
      const account = await addAccount();
      const enrol = async (id: string) => {
        const { revision } = await bench.stores.factors.read(account.sub);
        return bench.stores.changes.add({
          sub: account.sub,
          normalizedEmail: account.normalizedEmail,
          sid: await sidOf(account),
          sessionEpoch: account.sessionEpoch,
          credentialsChangedAt: await changedAt(account),
          revision,
          methods: ['totp'],
          nowMs: clock(),
          events: [event()],
          job: noticeJob({
            template: 'factor-added',
            to: account.normalizedEmail,
            owner: account.sub,
            from,
            nowMs: clock(),
          }),
          factor: { ...totp(account.sub), id },
          enrolledBy: { totp: id },
        });
      };
      const begin = (id: string, expiresAt = Math.floor(clock() / 1000) + 60) =>
        bench.stores.enrolments.begin(account.sub, { id, sid: 'sid', sealedSecret: 'sealed', expiresAt });
      await begin('older');
      await begin('newer');
      expect(await bench.stores.enrolments.find(account.sub)).toMatchObject({ id: 'newer', sealedSecret: 'sealed' });
      expect(await enrol('older')).toBe(false);
      expect(await atOnce(5, () => enrol('newer'))).toBe(1);
      expect(await bench.stores.enrolments.find(account.sub)).toBeUndefined();
      await begin('late', Math.floor(clock() / 1000));
      expect(await enrol('late')).toBe(false);
    });
  });
});
