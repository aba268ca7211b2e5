import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { factorContract, inAMinute, newId } from '../../support/worlds/factorBench.ts';
import { testPair } from '../../support/worlds/world.ts';

factorContract((bench) => {
  const { clock, event, addAccount, newSession, add, start, passkey, totp, challenge, atOnce } = bench;

  describe('by ten at once', () => {
    it('one code of an authenticator app starts one session', async () => {
      const account = await addAccount();
      const factor = totp(account.sub);
      await add(account, factor);
      const use = (step: number) => start(account, { factor: { method: 'totp', id: factor.id, step } });
      expect(await atOnce(10, () => use(101))).toBe(1);
      expect(await bench.signedIn(account)).toHaveLength(1);
      expect(await use(101)).toBe(false);
      expect(await use(100)).toBe(false);
      expect(await use(102)).toBe(true);
    });

    it('one recovery code starts one session', async () => {
      const account = await addAccount();
      await add(account, totp(account.sub), { codes: ['a', 'b'] });
      const use = (hash: string) => start(account, { factor: { method: 'recovery_code', hash } });
      expect(await atOnce(10, () => use('a'))).toBe(1);
      expect([...(await bench.stores.factors.read(account.sub)).recoveryCodes]).toEqual(['b']);
      expect(await use('b')).toBe(true);
      expect(await use('never was one')).toBe(false);
      expect((await bench.stores.factors.read(account.sub)).recoveryCodes.size).toBe(0);
    });

    it('one mfa_token starts one session', async () => {
      const account = await addAccount();
      const factor = totp(account.sub);
      await add(account, factor);
      const token = { kind: 'mfa', id: newId(), expiresAt: inAMinute() } as const;
      let step = 200;
      const use = () =>
        start(account, { factor: { method: 'totp', id: factor.id, step: step++ }, singleUses: [token] });
      expect(await bench.stores.attempts.count(token, 5)).toBe(true);
      expect(await atOnce(10, use)).toBe(1);
      expect(await bench.stores.attempts.count(token, 5)).toBe(false);
    });

    it('one challenge starts one session', async () => {
      const account = await addAccount();
      const factor = passkey(account.sub);
      await add(account, factor);
      const once = challenge();
      const use = () =>
        start(account, { factor: { method: 'webauthn', id: factor.id, counter: 0 }, singleUses: [once] });
      expect(await atOnce(10, use)).toBe(1);
      expect(await bench.signedIn(account)).toHaveLength(1);
    });
  });

  it('attempts with one mfa_token are bounded', async () => {
    const token = { id: newId(), expiresAt: inAMinute() };
    expect(await atOnce(12, () => bench.stores.attempts.count(token, 5))).toBe(5);
    expect(await bench.stores.attempts.count(token, 5)).toBe(false);
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
    it('changes the authentication of a live session alone', async () => {
      const account = await addAccount();
      const now = Math.floor(clock() / 1000);
      const { session } = newSession(account);
      const { credentialsChangedAt } = account;
      await bench.world.sessions.start({ session, pair: testPair(session), credentialsChangedAt, event: event() });
      const stepped = { ...session, amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', authTime: now + 5 };
      const stepUp = (read = credentialsChangedAt) =>
        bench.stores.signIns.stepUp({
          session: stepped,
          credentialsChangedAt: read,
          used: { factor: undefined, singleUses: [], notices: [] },
          events: [event()],
          nowMs: clock(),
        });
      expect(await stepUp(credentialsChangedAt - 1), 'proven by what it no longer signs in by').toBe(false);
      expect(await stepUp()).toBe(true);
      expect(await bench.world.sessions.list(account.sub)).toEqual([stepped]);
      await bench.world.revocation.revoke({ sub: account.sub, sid: session.sid, nowMs: clock(), event: event() });
      expect(await stepUp()).toBe(false);
    });
  });
});
