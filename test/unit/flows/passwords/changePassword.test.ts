import { beforeEach, expect, it, vi } from 'vitest';
import type { PasswordChanges } from '../../../../lambdas/core/passwords/ports.ts';
import { passwordAuthentication } from '../../../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../../../lambdas/core/sessions/newSession.ts';
import { principalOfSession } from '../../../../lambdas/core/sessions/sessionPrincipal.ts';
import { changePassword } from '../../../../lambdas/flows/passwords/changePassword.ts';
import { inFakeTime } from '../../../support/fakes/fakeTime.ts';
import { from, manualClock, passwordPolicy, settings, testAccount, testMacKey } from '../../../support/worlds/world.ts';

/** Less than the time-out of the Lambda, with room for the hashes and the reads before. */
const inTimeMs = 9000;
const clock = manualClock();
const now = Math.floor(clock() / 1000);
const account = testAccount();
const key = testMacKey();
const newSession = () =>
  beginSession({ account, authentication: passwordAuthentication, from, now, key, settings }).session;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A change by an account that has so many other sessions, in tables that take so long for a write. */
function slowWorld({
  others,
  writeMs,
  change,
}: {
  others: number;
  writeMs: number;
  change: PasswordChanges['change'];
}) {
  const own = newSession();
  const live = new Map([own, ...Array.from({ length: others }, newSession)].map((session) => [session.sid, session]));
  const deps = {
    accounts: { find: async () => account },
    sessions: { list: async () => [...live.values()] },
    devicePairs: { keep: async () => {} },
    changes: {
      mostSessionsEnded: 40,
      async change(changed: Parameters<PasswordChanges['change']>[0]) {
        await sleep(writeMs);
        return change(changed);
      },
    },
    revocation: {
      async revoke({ sid }: { readonly sid: string }) {
        await sleep(writeMs);
        return live.delete(sid);
      },
    },
    hasher: { hash: async () => 'hash', verify: async () => true },
    passwordPolicy,
    limits: {
      consume: async () => ({ admitted: true, receipt: { limit: 'stepUpPerSession', key: 'key', window: 1 } }) as const,
    },
    limitRefunds: { refund: async () => {} },
    audit: { record: async () => {} },
    clock,
  };
  const passwords = { currentPassword: 'a password of before', newPassword: 'an entirely new password' };
  const run = () => changePassword(deps, principalOfSession(own, account, now), { ...passwords, from });
  return { live, run };
}

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const unavailable = { status: 'rejected', reason: { code: 'unavailable', status: 503, retryAfterSeconds: 1 } };

it.each([10, 900, 1900])(
  'F32 a change before which sessions keep ending, in %d ms, is a 503 in time',
  async (writeMs) => {
    const { run } = slowWorld({ others: 3, writeMs, change: async () => 'session_ended' });
    const { outcome, ms } = await inFakeTime(run);
    expect(outcome).toMatchObject(unavailable);
    expect(ms).toBeLessThan(inTimeMs);
  },
);

it('F32 many sessions that end slowly are a 503 in time, and fewer at the next try', async () => {
  const { live, run } = slowWorld({ others: 99, writeMs: 300, change: async () => 'changed' });
  const { outcome, ms } = await inFakeTime(run);
  expect(outcome).toMatchObject(unavailable);
  expect(ms).toBeLessThan(inTimeMs);
  expect(live.size).toBeLessThan(100);
});

it('ends what is more than the change itself can end before it', async () => {
  const ended: number[] = [];
  const { live, run } = slowWorld({
    others: 99,
    writeMs: 20,
    async change({ endSids }) {
      ended.push(endSids.length);
      for (const sid of endSids) live.delete(sid);
      return 'changed';
    },
  });
  const { outcome } = await inFakeTime(run);
  expect(outcome).toMatchObject({ status: 'fulfilled' });
  expect(ended).toEqual([40]);
  expect(live.size).toBe(1);
});
