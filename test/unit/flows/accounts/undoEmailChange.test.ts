import { randomBytes } from 'node:crypto';
import { beforeEach, expect, it, vi } from 'vitest';
import { deriveMailToken, hashMailToken } from '../../../../lambdas/core/mail/mailToken.ts';
import { undoEmailChange } from '../../../../lambdas/flows/accounts/undoEmailChange.ts';
import { inFakeTime } from '../../../support/fakes/fakeTime.ts';
import {
  from,
  manualClock,
  passwordPolicy,
  testAccount,
  testMacKey,
  testMacKeys,
} from '../../../support/worlds/world.ts';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** A link whose undoing takes so long, and never succeeds because the account keeps changing. */
function neverUndone(ms: number, newPassword = 'an entirely new password') {
  const clock = manualClock();
  const expiresAt = Math.floor(clock() / 1000) + 3600;
  const account = testAccount({ email: 'new@example.com', normalizedEmail: 'new@example.com' });
  const key = testMacKey();
  const email = 'old@example.com';
  const nonce = randomBytes(24).toString('base64url');
  const token = deriveMailToken('undo-email', { email, sub: account.sub, nonce, expiresAt }, key);
  const address = { email, tokenHash: hashMailToken(token), credentialsChangedAt: 1, expiresAt };
  const deps = {
    accounts: { find: async () => account },
    formerAddresses: { list: async () => [address] },
    undos: {
      async undo() {
        await sleep(ms);
        return false;
      },
    },
    factors: {
      read: async () => ({ factors: [], recoveryCodes: new Set<string>(), recoveryCodesSince: 0, revision: 0 }),
    },
    devicePairs: { keep: async () => {} },
    hasher: { hash: async () => 'hash' },
    passwordPolicy,
    mailKeys: testMacKeys(key),
    limits: {
      consume: async () =>
        ({ admitted: true, receipt: { limit: 'verificationPerAddress', key: 'key', window: 1 } }) as const,
    },
    audit: { record: async () => {} },
    clock,
  };
  return () => undoEmailChange(deps, { token, newPassword, deviceToken: undefined, from });
}

it.each([10, 1000, 4900])('F32 undoing an account that keeps changing, in %d ms, is a 503 in time', async (ms) => {
  const { outcome, ms: took } = await inFakeTime(neverUndone(ms));
  const reason = { code: 'unavailable', status: 503, retryAfterSeconds: 1 };
  expect(outcome).toMatchObject({ status: 'rejected', reason });
  expect(took).toBeLessThan(9000);
});

it('a weak password is refused before anything is changed', async () => {
  const refused = neverUndone(0, 'short')();
  await expect(refused).rejects.toMatchObject({ code: 'weak_password', errors: [{ field: 'new_password' }] });
});
