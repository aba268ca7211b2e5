import { expect, it } from 'vitest';
import type { Account } from '../../../../lambdas/core/accounts/account.ts';
import type { Factor } from '../../../../lambdas/core/factors/factor.ts';
import type { FactorSetChange } from '../../../../lambdas/core/factors/ports.ts';
import { passwordAuthentication, withSecondFactor } from '../../../../lambdas/core/sessions/authentication.ts';
import { removeFactor } from '../../../../lambdas/flows/factors/manageFactors.ts';
import { accountFromItem, accountToItem } from '../../../../lambdas/stores/items/accountItems.ts';
import { attempt, right, setUp } from '../../../support/worlds/signInWorld.ts';
import { from, testAccount, testPrincipal } from '../../../support/worlds/world.ts';

/** An account as a later release has written it. */
const later = (change: Record<string, unknown>): Account =>
  accountFromItem({ ...accountToItem(testAccount()), ...change });

it('A18 an account whose status only a later release knows is refused as a disabled one', async () => {
  const account = later({ status: 'locked' });
  const { deps, events, work } = setUp(account);
  await expect(attempt(deps, account.email, right)).rejects.toMatchObject({ code: 'invalid_credentials', status: 401 });
  expect(events).toMatchObject([{ type: 'sign_in.failed', reason: 'account_disabled' }]);
  const known = later({ status: 'disabled' });
  const other = setUp(known);
  await attempt(other.deps, known.email, right).catch(() => undefined);
  expect(work).toEqual(other.work);
});

it('A18 a password alone does not sign in beside a second factor that only a later release knows', async () => {
  const account = later({ factor_methods: ['sms'] });
  const { deps, work } = setUp(account);
  await expect(attempt(deps, account.email, right)).rejects.toMatchObject({
    code: 'mfa_required',
    mfa: { methods: ['recovery_code'] },
  });
  expect(work).not.toContain('start');
});

it('A18 an account keeps a second factor that only a later release knows when its others go', async () => {
  const account = later({ factor_methods: ['sms', 'totp'] });
  const { deps, clock } = setUp(account);
  const { sub } = account;
  const common = { sub, name: '', createdAt: 1 };
  const factors: readonly Factor[] = [
    { ...common, id: 'app', type: 'totp', sealedSecret: '', lastStep: 1 },
    { ...common, id: 'sms', type: 'unknown', kind: 'sms' },
  ];
  const changed: FactorSetChange[] = [];
  const change = async (made: FactorSetChange) => changed.push(made) > 0;
  const now = Math.floor(clock() / 1000);
  await removeFactor(
    {
      ...deps,
      accounts: { find: async () => account },
      factors: { read: async () => ({ factors, recoveryCodes: new Set(['code']), revision: 1 }) },
      devicePairs: { keep: async () => undefined },
      changes: { remove: change, replaceRecoveryCodes: change },
    },
    testPrincipal({
      ...{ sub, authTime: now, issuedAt: now, expiresAt: now + 900 },
      ...withSecondFactor(passwordAuthentication.amr, { method: 'totp' }),
    }),
    { id: 'app', currentPassword: right, from },
  );
  expect(changed).toMatchObject([{ methods: ['sms'] }]);
});
