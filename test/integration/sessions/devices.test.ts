import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { createWebAuthn } from '../../../lambdas/clients/factors/webauthn.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { deriveMailToken } from '../../../lambdas/core/mail/mailToken.ts';
import type { PairChange } from '../../../lambdas/core/sessions/devicePair.ts';
import { devicePlaces, hashDeviceSecret, readDeviceToken } from '../../../lambdas/core/sessions/deviceToken.ts';
import type { Principal } from '../../../lambdas/core/sessions/principal.ts';
import { confirmEmailChange } from '../../../lambdas/flows/accounts/confirmEmailChange.ts';
import { undoEmailChange } from '../../../lambdas/flows/accounts/undoEmailChange.ts';
import { addPasskey, beginPasskey } from '../../../lambdas/flows/factors/enrolPasskey.ts';
import { removeFactor } from '../../../lambdas/flows/factors/manageFactors.ts';
import { requestPasswordReset } from '../../../lambdas/flows/passwords/requestPasswordReset.ts';
import { resetPassword } from '../../../lambdas/flows/passwords/resetPassword.ts';
import { knownDevice } from '../../../lambdas/flows/steps/knownDevice.ts';
import { countCalls } from '../../support/database/countCalls.ts';
import { knownDeviceOf } from '../../support/fakes/memoryDevices.ts';
import { softAuthenticator } from '../../support/fakes/softAuthenticator.ts';
import { testEvent } from '../../support/worlds/auditWorld.ts';
import { password } from '../../support/worlds/ownAccountBench.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { undoBench } from '../../support/worlds/undoBench.ts';
import { from, settings } from '../../support/worlds/world.ts';

storeContract('a device that an account knows', (stores) => {
  const { own, factors, undoDeps, move, undoTokenOf } = undoBench(stores);
  const { clock, newAccount, principalOf } = own;
  const now = () => Math.floor(clock() / 1000);

  /** A session on a device that the account knows from then on. */
  async function signIn(account: Account) {
    const { token, pair } = knownDeviceOf(account, now());
    const session = { ...stores.newSession(account).session, device: { hash: pair.device, known: true } };
    const { credentialsChangedAt } = account;
    await stores.world.sessions.start({ session, pair, credentialsChangedAt, event: testEvent() });
    return { token, session };
  }

  async function knows({ sub }: Account, token: string): Promise<boolean> {
    const brought = readDeviceToken(token);
    const found = await stores.world.accountsOnDevices.find(sub, hashDeviceSecret(brought.id));
    return (await knownDevice({ credentialKeys: stores.world.macKeys, clock }, found, brought)) !== undefined;
  }

  const enrolment = () => ({
    ...own.deps(),
    ...factors.stores,
    webauthn: createWebAuthn({ issuer: settings.issuer, allowedOrigins: [] }),
    issuer: settings.issuer,
  });
  async function addsPasskey(principal: Principal): Promise<void> {
    const authenticator = softAuthenticator({ origin: settings.issuer, rpId: new URL(settings.issuer).hostname });
    const owner = { currentPassword: password, from };
    const credential = authenticator.create(await beginPasskey(enrolment(), principal, owner));
    await addPasskey(enrolment(), principal, { credential, name: undefined, from });
  }
  const mailed = async (template: string, to: string) =>
    (await own.jobs()).findLast((job) => job['template'] === template && job['to'] === to) ?? expect.fail('no mail');

  const changes: Record<string, (account: Account, on: Awaited<ReturnType<typeof signIn>>) => Promise<unknown>> = {
    'a change of password': (_, { session }) => own.change(principalOf(session)),
    'a passkey that is added': (_, { session }) => addsPasskey(principalOf(session)),
    async 'a passkey that is removed'({ sub }, { session }) {
      await addsPasskey(principalOf(session));
      const [{ id } = expect.fail('no passkey')] = (await factors.stores.factors.read(sub)).factors;
      const principal = principalOf(session, { acr: 'aal2', amr: ['hwk', 'user', 'mfa'] });
      await removeFactor(enrolment(), principal, { id, currentPassword: password, from });
    },
    async 'a reset'({ email }, { token: deviceToken }) {
      await requestPasswordReset(own.deps(), { email, deviceToken, from });
      const { nonce, expires_at } = await mailed('reset', email);
      const claims = { email, nonce: String(nonce), expiresAt: Number(expires_at) };
      const token = deriveMailToken('reset', claims, stores.world.macKey);
      await resetPassword(own.deps(), { token, newPassword: 'an entirely new password', deviceToken, from });
    },
    async 'another address'({ sub }, { session, token: deviceToken }) {
      const email = `${randomUUID()}@example.com`;
      await own.requestChange(principalOf(session), email);
      const token = await own.confirmationOf(email, sub);
      const confirmed = { token, principal: undefined, currentPassword: password, deviceToken, from };
      await confirmEmailChange(own.deps(), confirmed);
    },
    async 'a stranger’s change of address that is undone'(account, { token: deviceToken }) {
      const token = await move(account);
      await undoEmailChange(undoDeps(), { token, newPassword: 'an entirely new password', deviceToken, from });
    },
    async 'the owner’s change of address that is undone'(account, { token: deviceToken, session }) {
      await changes['another address']?.(account, { token: deviceToken, session });
      const token = await undoTokenOf(account.email, account.sub);
      await undoEmailChange(undoDeps(), { token, newPassword: 'an entirely new password', deviceToken, from });
    },
  };

  it.each(Object.entries(changes))(
    'stays known where its owner makes the change, and no other does: %s',
    async (_, change) => {
      const account = await newAccount();
      const [here, elsewhere] = [await signIn(account), await signIn(account)];
      expect([await knows(account, here.token), await knows(account, elsewhere.token)]).toEqual([true, true]);
      await change(account, here);
      const changed = (await stores.world.accounts.find(account.sub)) ?? expect.fail('no account');
      expect(changed.credentialsChangedAt).toBeGreaterThan(account.credentialsChangedAt);
      expect([await knows(account, here.token), await knows(account, elsewhere.token)]).toEqual([true, false]);
    },
  );

  it('is not made known by a reset that comes from elsewhere with its id', async () => {
    const account = await newAccount();
    const { token, session } = await signIn(account);
    const stolenId = token.split('.').slice(0, 2).join('.');
    await changes['a reset']?.(account, { token: stolenId, session });
    expect(await knows(account, token)).toBe(false);
  });

  it('gets one secret from two sign-ins at once, and the second when it signs in without the first', async () => {
    const account = await newAccount();
    const [one, other] = [knownDeviceOf(account, now()), knownDeviceOf(account, now())];
    const start = (pair: PairChange) => {
      const { session } = stores.newSession(account);
      const { credentialsChangedAt } = account;
      return stores.world.sessions.start({ session, pair, credentialsChangedAt, event: testEvent() });
    };
    const { device } = one.pair;
    const outcomes = await Promise.all([start(one.pair), start({ ...other.pair, device })]);
    expect(outcomes.toSorted()).toEqual(['pair_changed', true]);
    const [first, second] = devicePlaces(device);
    expect(await start({ ...other.pair, device: second })).toBe(true);
    const { pairs } = await stores.world.accountsOnDevices.find(account.sub, device);
    expect(new Set(pairs.map((pair) => pair.device))).toEqual(new Set([first, second]));
    expect(await start({ ...other.pair, device: second, before: other.pair.secretHash })).toBe(true);
  });

  it('costs the same reads as one that it does not know, and as no account', async () => {
    const account = await newAccount();
    const { token } = await signIn(account);
    const read = (email: string, text?: string) =>
      countCalls(stores.world.client, () =>
        stores.world.accountsOnDevices.findByEmail(email, hashDeviceSecret(readDeviceToken(text).id)),
      );
    const known = await read(account.email, token);
    expect(known).toEqual(['GetItemCommand', 'BatchGetItemCommand']);
    expect(await read(account.email)).toEqual(known);
    expect(await read('nobody@example.com', token)).toEqual(known);
  });
});
