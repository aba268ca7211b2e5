import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mfaChallengeSchema, problemSchema } from '../../../lambdas/contract/problemBodies.ts';
import { routes } from '../../../lambdas/contract/routes.ts';
import { hasBrowser, launchBrowser, openPage } from '../../support/people/browser.ts';
import { authenticatorApp } from '../../support/people/factors.ts';
import { addAuthenticator, type PageAnswer, scriptOf } from '../../support/people/passkeyPage.ts';
import { type Person, signedUp } from '../../support/people/people.ts';
import { noteSecret } from '../../support/secretSearch/secrets.ts';

const factorsSchema = routes.listFactors.answers()[200];
const passkeySchema = routes.addPasskey.answers()[201];
const recoveryCodesSchema = routes.confirmTotp.answers()[200];
const totpEnrolmentSchema = routes.beginTotp.answers()[201];
const profileSchema = routes.me.answers()[200];
const tokensSchema = routes.login.answers()[200];

describe.skipIf(!hasBrowser())('second factors in a browser', () => {
  let browser: Browser;
  let page: Awaited<ReturnType<typeof openPage>>;
  let script: ReturnType<typeof scriptOf>;
  let person: Person;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  const start = async () => {
    person = await signedUp();
    page = await openPage(browser);
    script = scriptOf(page);
  };
  const owner = () => ({ current_password: person.password });
  const login = () => script.call('/auth/login', { json: { email: person.email, password: person.password } });
  const tokenOf = ({ status, body }: PageAnswer) => {
    expect(status, JSON.stringify(body)).toBe(200);
    const tokens = tokensSchema.parse(body);
    expect(tokens).not.toHaveProperty('refresh_token');
    return tokens.access_token;
  };
  const mfaTokenOf = ({ status, body }: PageAnswer) => {
    expect([status, problemSchema.parse(body).code]).toEqual([403, 'mfa_required']);
    return mfaChallengeSchema.parse(body).mfa_token;
  };
  const profile = async (token: string) => {
    const { amr, acr } = profileSchema.parse((await script.call('/auth/me', { method: 'GET', token })).body);
    return { amr, acr };
  };
  const factors = async (token: string) =>
    factorsSchema.parse((await script.call('/auth/factors', { method: 'GET', token })).body).items;

  const ask = async (json?: object) =>
    (await script.call('/auth/login/passkey/options', json === undefined ? {} : { json })).body;

  describe('a passkey', () => {
    let authenticator: Awaited<ReturnType<typeof addAuthenticator>>;
    let id: string;
    beforeAll(async () => {
      await start();
      authenticator = await addAuthenticator(page, 'platform');
    });
    it('is enrolled as the browser makes it', async () => {
      const token = tokenOf(await login());
      const { body: options } = await script.call('/auth/factors/passkeys/options', { token, json: owner() });
      const credential = await script.create(options);
      const added = await script.call('/auth/factors/passkeys', { token, json: { credential, name: 'This browser' } });
      expect(added.status, JSON.stringify(added.body)).toBe(201);
      id = passkeySchema.parse(added.body).id;
      expect(await factors(token)).toMatchObject([{ id, type: 'webauthn', name: 'This browser' }]);
      expect(await authenticator.credentials()).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);
      const { body: again } = await script.call('/auth/factors/passkeys/options', { token, json: owner() });
      expect(again).toMatchObject({ code: 'step_up_required' });
    });

    it('signs in alone, without an address', async () => {
      const credential = await script.get(await ask());
      const token = tokenOf(await script.call('/auth/login/passkey', { json: { credential } }));
      expect(await profile(token)).toEqual({ amr: ['hwk', 'user', 'mfa'], acr: 'aal2' });
      expect((await script.call('/auth/login/passkey', { json: { credential } })).status).toBe(401);
    });

    it('signs nobody in whom the device does not verify', async () => {
      await authenticator.verifiesUser(false);
      expect(await script.get(await ask())).toBe('NotAllowedError');
      await authenticator.verifiesUser(true);
    });

    it('serves as a second factor until it is removed', async () => {
      const mfaToken = mfaTokenOf(await login());
      const second = {
        mfa_token: mfaToken,
        method: 'webauthn',
        credential: await script.get(await ask({ mfa_token: mfaToken })),
      };
      const token = tokenOf(await script.call('/auth/login/mfa', { json: second }));
      expect(await profile(token)).toEqual({ amr: ['pwd', 'hwk', 'user', 'mfa'], acr: 'aal2' });
      const byPassword = { method: 'password', password: person.password };
      const weak = tokenOf(await script.call('/auth/step-up', { token, json: byPassword }));
      expect((await script.call(`/auth/factors/${id}`, { method: 'DELETE', token: weak })).status).toBe(403);
      const proof = { method: 'webauthn', credential: await script.get(await ask()) };
      const strong = tokenOf(await script.call('/auth/step-up', { token: weak, json: proof }));
      expect((await script.call(`/auth/factors/${id}`, { method: 'DELETE', token: strong })).status).toBe(204);
      tokenOf(await login());
    });
  });

  it('a security key that verifies nobody is a second factor alone', async () => {
    await start();
    await addAuthenticator(page, 'securityKey');
    const first = tokenOf(await login());
    const { body: options } = await script.call('/auth/factors/passkeys/options', { token: first, json: owner() });
    const json = { credential: await script.create(options) };
    expect((await script.call('/auth/factors/passkeys', { token: first, json })).status).toBe(201);
    const mfaToken = mfaTokenOf(await login());
    const credential = await script.get(await ask({ mfa_token: mfaToken }));
    const body = { mfa_token: mfaToken, method: 'webauthn', credential };
    const token = tokenOf(await script.call('/auth/login/mfa', { json: body }));
    expect(await profile(token)).toEqual({ amr: ['pwd', 'hwk', 'mfa'], acr: 'aal2' });
    expect(await script.get(await ask())).toBe('NotAllowedError');
  });

  describe('an authenticator app', () => {
    it('serves as a second factor from its enrolment to its removal', async () => {
      await start();
      let token = tokenOf(await login());
      const begun = await script.call('/auth/factors/totp', { token, json: owner() });
      expect(begun.status).toBe(201);
      const { id, secret } = totpEnrolmentSchema.parse(begun.body);
      noteSecret(secret);
      const app = authenticatorApp(secret);
      const confirmed = await script.call('/auth/factors/totp/confirm', {
        token,
        json: { id, code: await app.code() },
      });
      expect(confirmed.status).toBe(200);
      const { recovery_codes: codes } = recoveryCodesSchema.parse(confirmed.body);
      codes.forEach(noteSecret);

      for (const proof of [
        { method: 'totp', code: await app.code() },
        { method: 'recovery_code', code: codes[0] },
      ]) {
        const signedIn = await script.call('/auth/login/mfa', {
          json: { mfa_token: mfaTokenOf(await login()), ...proof },
        });
        token = tokenOf(signedIn);
        expect(await profile(token)).toEqual({ amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' });
      }
      const proof = { method: 'totp', code: await app.code() };
      const strong = tokenOf(await script.call('/auth/step-up', { token, json: proof }));
      const removal = { method: 'DELETE', token: strong };
      expect((await script.call(`/auth/factors/${id}`, removal)).status).toBe(403);
      expect((await script.call(`/auth/factors/${id}`, { ...removal, json: owner() })).status).toBe(204);
      expect(await factors(strong)).toEqual([]);
    });
  });
});
