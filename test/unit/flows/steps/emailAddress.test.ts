import { expect, it } from 'vitest';
import { requestRegistration } from '../../../../lambdas/flows/accounts/requestRegistration.ts';
import { requireEmailAddress } from '../../../../lambdas/flows/steps/emailAddress.ts';
import { from, testMacKeys } from '../../../support/worlds/world.ts';

const email = 'j\u00f6rg@example.com';
const unreachable = () => expect.unreachable();

it('an address that SES does not send to is refused before anything is counted, stored or mailed', async () => {
  const deps = {
    accounts: { holderOf: unreachable },
    registrations: { kept: unreachable, request: unreachable },
    limits: { consume: unreachable },
    audit: { record: unreachable },
    mailKeys: testMacKeys(),
    credentialKeys: testMacKeys(),
    onMailWithheld: unreachable,
    clock: () => 0,
  };
  const errors = [{ field: 'email', message: expect.stringMatching(/beyond ASCII/) }];
  await expect(requestRegistration(deps, { email, from })).rejects.toMatchObject({ code: 'invalid_request', errors });
});

it('an account from before that has one is still found by it', () => {
  expect(requireEmailAddress(email)).toBe(email);
});
