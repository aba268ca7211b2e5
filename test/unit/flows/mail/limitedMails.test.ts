import { describe, expect, it } from 'vitest';
import { ordinaryLimits } from '../../../../lambdas/contract/limits.ts';
import { deriveMailToken } from '../../../../lambdas/core/mail/mailToken.ts';
import { requestRegistration } from '../../../../lambdas/flows/accounts/requestRegistration.ts';
import { confirmEmail } from '../../../../lambdas/flows/accounts/verifyEmail.ts';
import { memoryLimits } from '../../../support/fakes/memoryLimits.ts';
import { from, manualClock, testMacKey, testMacKeys } from '../../../support/worlds/world.ts';

const nowMs = 1_800_000_000_000;

function setUp() {
  const clock = manualClock(nowMs);
  const mailKey = testMacKey();
  const one = { windowSeconds: 3600, maximum: 1 };
  const limits = memoryLimits({
    clock,
    limits: { ...ordinaryLimits, registrationPerAddress: one, usesPerLink: one },
  });
  const work: string[] = [];
  const step =
    <T>(name: string, result: T) =>
    async () => {
      work.push(name);
      return result;
    };
  const deps = {
    clock,
    limits,
    audit: { record: step('record', undefined) },
    mailKeys: testMacKeys(mailKey),
    credentialKeys: testMacKeys(testMacKey()),
    accounts: { holderOf: step('find', { account: undefined, reserved: undefined }) },
    onMailWithheld: () => {},
    registrations: {
      kept: step('kept', undefined),
      request: step('request', undefined),
      isPending: step('look', true),
      complete: step('complete', true),
    },
    hasher: { hash: step('hash', 'hash') },
    passwordPolicy: { check: async () => [] },
    defaultTenant: 'default',
  };
  return { deps, work, mailKey };
}

describe('beyond a limit', () => {
  it('of an address a registration does nothing', async () => {
    const { deps, work } = setUp();
    await requestRegistration(deps, { email: 'a@example.com', from });
    work.length = 0;
    const refused = requestRegistration(deps, { email: 'b@example.com', from });
    await expect(refused).rejects.toMatchObject({ code: 'rate_limited', status: 429 });
    expect(work).toEqual(['record']);
  });

  it('of a link its token stays good', async () => {
    const { deps, work, mailKey } = setUp();
    const claims = { email: 'a@example.com', nonce: 'n'.repeat(22), expiresAt: nowMs / 1000 + 600 };
    const token = deriveMailToken('verify-email', claims, mailKey);
    await confirmEmail(deps, { token, password: 'orchard lantern meadow', from });
    expect(work).toEqual(['look', 'hash', 'complete']);
    work.length = 0;
    const refused = confirmEmail(deps, { token, password: 'orchard lantern meadow', from });
    await expect(refused).rejects.toMatchObject({ code: 'rate_limited' });
    expect(work).toEqual(['look', 'record']);
  });
});
