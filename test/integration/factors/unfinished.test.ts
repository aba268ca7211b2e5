import { expect, it } from 'vitest';
import { createWebAuthn } from '../../../lambdas/clients/factors/webauthn.ts';
import { passkeyAuthentication } from '../../../lambdas/core/sessions/authentication.ts';
import type { Session } from '../../../lambdas/core/sessions/session.ts';
import { addPasskey, beginPasskey } from '../../../lambdas/flows/factors/enrolPasskey.ts';
import { beginTotp, confirmTotp } from '../../../lambdas/flows/factors/enrolTotp.ts';
import { removeFactor, renameFactor, renewRecoveryCodes } from '../../../lambdas/flows/factors/manageFactors.ts';
import { softAuthenticator } from '../../support/fakes/softAuthenticator.ts';
import { authenticatorApp } from '../../support/people/factors.ts';
import { factorContract } from '../../support/worlds/factorBench.ts';
import { principalOf } from '../../support/worlds/ownAccountBench.ts';
import { from, settings, testAccount } from '../../support/worlds/world.ts';

/** The password of every account of the bench. */
const owner = { currentPassword: testAccount().passwordHash, from };

factorContract((bench) => {
  const deps = () => ({
    ...bench.world,
    ...bench.stores,
    hasher: { verify: async (hash: string | undefined, text: string) => hash === text },
    credentialKeys: bench.world.macKeys,
    devicePairs: bench.world.devicePairs,
    webauthn: createWebAuthn({ issuer: settings.issuer, allowedOrigins: [] }),
    issuer: settings.issuer,
  });
  const revoke = ({ sub, sid }: Session) =>
    bench.world.revocation.revoke({ sub, sid, nowMs: bench.clock(), event: bench.event() });
  const gone = { code: 'invalid_token' };

  it('L24 an authenticator app that is half enrolled dies with the session', async () => {
    const account = await bench.addAccount();
    const { session } = await bench.startSession(account);
    const { session: other } = await bench.startSession(account);
    const { id, secret } = await beginTotp(deps(), principalOf(session), owner);
    const confirm = async (by: Session) =>
      confirmTotp(deps(), principalOf(by), { id, code: await authenticatorApp(secret).code(), from });
    await expect(confirm(other)).rejects.toMatchObject({ code: 'not_found' });
    await revoke(session);
    await expect(confirm(session)).rejects.toMatchObject(gone);
    await expect(confirm(other)).rejects.toMatchObject({ code: 'not_found' });
    expect((await bench.stores.factors.read(account.sub)).factors).toEqual([]);
  });

  it('L24 a passkey that is half enrolled dies with the session', async () => {
    const account = await bench.addAccount();
    const { session } = await bench.startSession(account);
    const { session: other } = await bench.startSession(account);
    const authenticator = softAuthenticator({ origin: settings.issuer, rpId: new URL(settings.issuer).hostname });
    const credential = authenticator.create(await beginPasskey(deps(), principalOf(session), owner));
    const add = (by: Session) => addPasskey(deps(), principalOf(by), { credential, name: undefined, from });
    await expect(add(other)).rejects.toMatchObject({ code: 'invalid_request' });
    await revoke(session);
    await expect(add(session)).rejects.toMatchObject(gone);
    await expect(add(other)).rejects.toMatchObject({ code: 'invalid_request' });
    expect((await bench.stores.factors.read(account.sub)).factors).toEqual([]);
  });

  it('L24 a session that has ended changes no factor, though its access token still passes', async () => {
    const account = await bench.addAccount();
    const { session } = await bench.startSession(account);
    const factor = bench.passkey(account.sub);
    await bench.add(account, factor, { codes: ['a'] });
    const principal = { ...principalOf(session), acr: 'aal2' };
    await revoke(session);
    const { id } = factor;
    await expect(removeFactor(deps(), principal, { ...owner, id })).rejects.toMatchObject(gone);
    await expect(renameFactor(deps(), principal, { id, name: 'Mine', from })).rejects.toMatchObject(gone);
    await expect(renewRecoveryCodes(deps(), principal, owner)).rejects.toMatchObject(gone);
    const set = await bench.stores.factors.read(account.sub);
    expect([set.factors, [...set.recoveryCodes]]).toMatchObject([[factor], ['a']]);
  });

  it('L27 no factor is renamed once everybody has been signed out, though the account was read before', async () => {
    const account = await bench.addAccount();
    const factor = bench.passkey(account.sub);
    await bench.add(account, factor);
    const { session } = await bench.startSession((await bench.world.accounts.find(account.sub)) ?? account);
    const read = { sub: account.sub, sid: session.sid, sessionEpoch: account.sessionEpoch };
    await bench.world.revocation.revokeEverywhere({ sub: account.sub, nowMs: bench.clock(), event: bench.event() });
    const rename = bench.stores.changes.rename({ ...read, id: factor.id, name: 'Mine', event: bench.event() });
    await expect(rename).rejects.toMatchObject(gone);
    expect((await bench.stores.factors.read(account.sub)).factors).toMatchObject([{ name: factor.name }]);
  });

  it('L24 a step-up that is half done dies with the session', async () => {
    const account = await bench.addAccount();
    const { session } = await bench.startSession(account);
    await revoke(session);
    const stepUp = bench.stores.signIns.stepUp({
      session: { ...session, acr: 'aal2' },
      credentialsChangedAt: account.credentialsChangedAt,
      used: { factor: undefined, singleUses: [], notices: [] },
      events: [bench.event()],
      nowMs: bench.clock(),
    });
    expect(await stepUp).toBe(false);
  });

  it('L25 a stolen access token alone begins no enrolment', async () => {
    const account = await bench.addAccount();
    const { session } = await bench.startSession(account);
    for (const [currentPassword, code] of [
      [undefined, 'step_up_required'],
      ['a guess at the password', 'invalid_credentials'],
    ] as const) {
      const request = { currentPassword, from };
      await expect(beginTotp(deps(), principalOf(session), request)).rejects.toMatchObject({ code });
      await expect(beginPasskey(deps(), principalOf(session), request)).rejects.toMatchObject({ code });
    }
    expect(await bench.stores.enrolments.find(account.sub)).toBeUndefined();
  });

  it('L25 a stolen access token alone removes no factor and renews no recovery codes', async () => {
    const account = await bench.addAccount();
    const { session } = await bench.startSession(account);
    const app = bench.totp(account.sub);
    await bench.add(account, app, { codes: ['a'] });
    const stolen = { ...principalOf(session), amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' };
    for (const [currentPassword, code] of [
      [undefined, 'step_up_required'],
      ['a guess at the password', 'invalid_credentials'],
    ] as const) {
      const request = { currentPassword, from };
      await expect(removeFactor(deps(), stolen, { ...request, id: app.id })).rejects.toMatchObject({ code });
      await expect(renewRecoveryCodes(deps(), stolen, request)).rejects.toMatchObject({ code });
    }
    const set = await bench.stores.factors.read(account.sub);
    expect([set.factors, [...set.recoveryCodes]]).toMatchObject([[app], ['a']]);
  });

  it('L25 the password, or a passkey that verified its user, removes a factor and renews recovery codes', async () => {
    for (const proof of [
      { amr: ['pwd', 'otp', 'mfa'], currentPassword: owner.currentPassword },
      { ...passkeyAuthentication, currentPassword: undefined },
    ]) {
      const account = await bench.addAccount();
      const { session } = await bench.startSession(account);
      const app = bench.totp(account.sub);
      await bench.add(account, app, { codes: ['a'] });
      const principal = { ...principalOf(session), amr: proof.amr, acr: 'aal2' };
      const request = { currentPassword: proof.currentPassword, from };
      expect(await renewRecoveryCodes(deps(), principal, request)).toHaveLength(10);
      await removeFactor(deps(), principal, { ...request, id: app.id });
      expect((await bench.stores.factors.read(account.sub)).factors).toEqual([]);
    }
  });
});
