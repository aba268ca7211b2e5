import { expect, it } from 'vitest';
import { createExpectedTenants } from '../../../../lambdas/core/accounts/expectedTenants.ts';
import { passwordAuthentication } from '../../../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../../../lambdas/core/sessions/newSession.ts';
import { refreshSession } from '../../../../lambdas/flows/sessions/refreshSession.ts';
import { attempt, right, setUp } from '../../../support/worlds/signInWorld.ts';
import { from, settings, testAccount, testMacKey, testSigningKey } from '../../../support/worlds/world.ts';

/** Fetches that come back once all of them are under way, and never otherwise. */
function meeting(count: number) {
  let [underWay, open] = [0, () => {}];
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return async <T>(value: T): Promise<T> => {
    underWay += 1;
    if (underWay === count) open();
    await all;
    return value;
  };
}

it('a cold container fetches the keys of a sign-in while it looks the address up', async () => {
  const account = testAccount();
  const { deps } = setUp(account);
  const [macKey, signingKey, fetched] = [testMacKey(), testSigningKey(), meeting(3)];
  const holder = await deps.accountsOnDevices.holderOf(account.normalizedEmail);
  const cold = {
    ...deps,
    signingKeys: { current: () => fetched(signingKey) },
    refreshKeys: { current: () => fetched(macKey) },
    accountsOnDevices: { ...deps.accountsOnDevices, holderOf: () => fetched(holder) },
  };
  expect((await attempt(cold, account.email, right)).accessToken).toEqual(expect.any(String));
});

it('a cold container fetches both keys of a refresh at once, and writes nothing before it has them', async () => {
  const account = testAccount();
  const [macKey, signingKey, fetched] = [testMacKey(), testSigningKey(), meeting(2)];
  const now = Math.floor(Date.now() / 1000);
  const { session, refreshToken } = beginSession({
    account,
    authentication: passwordAuthentication,
    from,
    now,
    key: macKey,
    settings,
  });
  const done: string[] = [];
  const deps = {
    rotation: {
      rotate: async () => {
        done.push('rotated');
        return { rotated: true } as const;
      },
    },
    sessions: { read: async () => ({ session, account }) },
    revocation: { revoke: async () => true },
    tenants: createExpectedTenants(account.tenantId),
    signingKeys: { current: () => fetched(signingKey) },
    refreshKeys: { find: () => fetched(macKey) },
    audit: { record: async () => undefined },
    onReuse: () => undefined,
    settings,
    retryWindowSeconds: 10,
    clock: Date.now,
  };
  const request = { refreshToken, delivery: 'body', from, arrivedAtMs: Date.now() } as const;
  await refreshSession(deps, request);
  const withoutKey = { ...deps, signingKeys: { current: () => Promise.reject(new Error('no key')) } };
  await expect(refreshSession(withoutKey, request)).rejects.toThrow('no key');
  expect(done).toEqual(['rotated']);
});
