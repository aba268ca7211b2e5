import { beforeAll, describe, expect, it } from 'vitest';
import { mfaChallengeSchema } from '../../../lambdas/contract/problemBodies.ts';
import { routes } from '../../../lambdas/contract/routes.ts';
import { api } from '../../support/people/api.ts';
import {
  type AuthenticatorApp,
  accessOf,
  beginMfa,
  claimsOf,
  enrolTotp,
  factorsOf,
  post,
  refused,
  withFactor,
} from '../../support/people/factors.ts';
import { readMails, waitForMailAbout } from '../../support/people/mails.ts';
import {
  type ClientTokens,
  type Person,
  problemOf,
  refresh,
  signedUp,
  signIn,
  tokensOf,
} from '../../support/people/people.ts';

const profileSchema = routes.me.answers()[200];
const recoveryCodesSchema = routes.confirmTotp.answers()[200];

describe('an authenticator app', () => {
  let person: Person & { tokens: ClientTokens };
  let app: AuthenticatorApp;
  beforeAll(async () => {
    person = await signedUp();
    app = await enrolTotp(person, person.tokens.access_token);
  });
  const login = () => api('/auth/login', { method: 'POST', json: { email: person.email, password: person.password } });
  const totp = async () => ({ method: 'totp', code: await app.code() });

  it('is listed with its recovery codes once it is enrolled', async () => {
    const { items, recovery_codes_left } = await factorsOf(person.tokens.access_token);
    expect(items).toEqual([{ id: app.id, type: 'totp', name: 'Authenticator app', created_at: expect.any(String) }]);
    expect([recovery_codes_left, new Set(app.recoveryCodes).size]).toEqual([10, 10]);
    await waitForMailAbout(person.email, 'A way to sign in was added');
  });

  it('is asked for after the password, before there is a session', async () => {
    const before = (await api('/auth/sessions', { token: person.tokens.access_token })).text;
    const answer = await login();
    expect(problemOf(answer)).toEqual(refused('mfa_required', 403));
    expect(mfaChallengeSchema.parse(answer.json()).methods).toEqual(['totp', 'recovery_code']);
    expect(answer.text).not.toContain('access_token');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect((await api('/auth/sessions', { token: person.tokens.access_token })).text).toBe(before);
    expect((await readMails(person.email)).filter(({ subject }) => subject.startsWith('New sign-in'))).toEqual([]);
  });

  it('signs in once, at aal2, by one code and one mfa_token', async () => {
    const mfaToken = await beginMfa(person);
    const wrong = await withFactor(mfaToken, { method: 'totp', code: '000000' });
    expect(problemOf(wrong)).toEqual(refused('invalid_credentials', 401));
    const proof = await totp();
    const answers = await Promise.all(Array.from({ length: 4 }, () => withFactor(mfaToken, proof)));
    const [signedIn] = answers.filter(({ status }) => status === 200);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(['invalid_credentials', 'invalid_token', 'unavailable']).toContain(problemOf(answer).code);
    }
    if (!signedIn) throw new Error('nobody signed in');
    const strong = { amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' };
    expect(claimsOf(tokensOf(signedIn))).toMatchObject(strong);
    const refreshed = tokensOf(await refresh(tokensOf(signedIn).refresh_token));
    expect(claimsOf(refreshed)).toMatchObject(strong);
    expect(profileSchema.parse((await api('/auth/me', { token: refreshed.access_token })).json())).toMatchObject(
      strong,
    );

    expect(problemOf(await withFactor(mfaToken, await totp()))).toEqual(refused('invalid_token', 400));
    const replayed = await withFactor(await beginMfa(person), proof);
    expect(problemOf(replayed)).toEqual(refused('invalid_credentials', 401));
  });

  it('five wrong codes hold up whoever is not on a known device', async () => {
    const owner = await signedUp();
    const theirs = await enrolTotp(owner, owner.tokens.access_token);
    const onDevice = await withFactor(await beginMfa(owner), { method: 'totp', code: await theirs.code() });
    const { device_token } = tokensOf(onDevice);
    const wrong = { method: 'recovery_code', code: '0000-0000-0000-0000' };
    const [code = ''] = theirs.recoveryCodes;
    const right = { method: 'recovery_code', code };
    const mfaToken = await beginMfa(owner);
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(problemOf(await withFactor(mfaToken, wrong))).toEqual(refused('invalid_credentials', 401));
    }
    expect(problemOf(await withFactor(mfaToken, right))).toEqual(refused('invalid_token', 400));
    const heldUp = await withFactor(await beginMfa(owner), right);
    expect(problemOf(heldUp)).toEqual(refused('rate_limited', 429));
    expect(Number(heldUp.headers['retry-after'])).toBeGreaterThan(0);
    tokensOf(await withFactor(await beginMfa(owner, device_token), right));
  });

  it('goes on with an mfa_token of the account’s present credentials alone', async () => {
    const [code = ''] = app.recoveryCodes;
    const proof = { method: 'recovery_code', code };
    const other = await signedUp();
    await enrolTotp(other, other.tokens.access_token);
    const theirs = await beginMfa(other);
    expect(problemOf(await withFactor(theirs, proof))).toEqual(refused('invalid_credentials', 401));
    for (const forged of [`${theirs}A`, theirs.replace(/^v1/, 'v2'), other.tokens.access_token, 'x']) {
      expect(problemOf(await withFactor(forged, proof)).code, forged).toBe('invalid_token');
    }
    const stale = await beginMfa(other);
    await api('/auth/logout-everywhere', { method: 'POST', token: other.tokens.access_token });
    expect(problemOf(await withFactor(stale, proof))).toEqual(refused('invalid_token', 400));
  });

  it('demands a step-up before anything about it is changed', async () => {
    const weak = person.tokens.access_token;
    for (const [method, path] of [
      ['DELETE', `/auth/factors/${app.id}`],
      ['POST', '/auth/factors/totp'],
      ['POST', '/auth/factors/passkeys/options'],
      ['POST', '/auth/factors/recovery-codes'],
    ] as const) {
      expect(problemOf(await api(path, { method, token: weak })), path).toEqual(refused('step_up_required', 403));
    }
    // A fresh password is no second factor.
    const byPassword = accessOf(await post('/auth/step-up', weak, { method: 'password', password: person.password }));
    expect(claimsOf(byPassword)).toMatchObject({ amr: ['pwd'], acr: 'aal1', sid: person.tokens.session_id });
    const still = await post('/auth/factors/recovery-codes', byPassword.access_token);
    expect(problemOf(still)).toEqual(refused('step_up_required', 403));

    const [code = ''] = app.recoveryCodes;
    const stepped = accessOf(await post('/auth/step-up', weak, { method: 'recovery_code', code: code.toUpperCase() }));
    expect(stepped).toMatchObject({ session_id: person.tokens.session_id });
    expect(stepped).not.toHaveProperty('refresh_token');
    expect(claimsOf(stepped)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', sid: person.tokens.session_id });
    const again = await post('/auth/step-up', weak, { method: 'recovery_code', code });
    expect(problemOf(again)).toEqual(refused('invalid_credentials', 401));
    await waitForMailAbout(person.email, 'A recovery code was used');

    expect((await factorsOf(weak)).recovery_codes_left).toBe(9);
    const unproven = await post('/auth/factors/recovery-codes', stepped.access_token);
    expect(problemOf(unproven)).toEqual(refused('step_up_required', 403));
    const owner = { current_password: person.password };
    const renewed = await post('/auth/factors/recovery-codes', stepped.access_token, owner);
    const codes = recoveryCodesSchema.parse(renewed.json()).recovery_codes;
    expect(codes.filter((found) => app.recoveryCodes.includes(found))).toEqual([]);
    const old = await post('/auth/step-up', weak, { method: 'recovery_code', code: app.recoveryCodes[1] });
    expect(problemOf(old)).toEqual(refused('invalid_credentials', 401));
    await waitForMailAbout(person.email, 'Your recovery codes were replaced');
    app = { ...app, recoveryCodes: codes };
  });

  it('R07 is still asked for after a reset of the password', async () => {
    const { email } = person;
    await post('/auth/password/forgot', undefined, { email });
    const { text } = await waitForMailAbout(email, 'Set a new password');
    const token = /[?&]token=([\w.~-]+)/.exec(text)?.[1];
    const password = `${person.password} anew`;
    expect((await post('/auth/password/reset', undefined, { token, new_password: password })).status).toBe(204);
    person = { ...person, password };
    expect(problemOf(await login())).toEqual(refused('mfa_required', 403));
    const proof = { method: 'recovery_code', code: app.recoveryCodes[0] };
    const tokens = tokensOf(await withFactor(await beginMfa(person), proof));
    expect(claimsOf(tokens)).toMatchObject({ acr: 'aal2' });
    person = { ...person, tokens };
  });

  it('is renamed and removed by its owner alone', async () => {
    const token = person.tokens.access_token;
    const stranger = await signedUp();
    const change = (method: string, id: string, by: string, json: object) =>
      api(`/auth/factors/${id}`, { method, token: by, json });
    const rename = { name: ' Phone ' };
    for (const [method, json] of [
      ['PATCH', rename],
      ['DELETE', { current_password: stranger.password }],
    ] as const) {
      const theirs = await change(method, app.id, stranger.tokens.access_token, json);
      const missing = await change(method, 'A'.repeat(22), stranger.tokens.access_token, json);
      expect(problemOf(theirs), method).toEqual(problemOf(missing));
      expect(problemOf(theirs), method).toEqual(refused('not_found', 404));
    }
    expect((await change('PATCH', app.id, token, rename)).status).toBe(204);
    expect((await factorsOf(token)).items[0]?.name).toBe('Phone');
    expect(problemOf(await api(`/auth/factors/${app.id}`, { method: 'DELETE', token }))).toEqual(
      refused('step_up_required', 403),
    );
    expect((await change('DELETE', app.id, token, { current_password: person.password })).status).toBe(204);
    expect(await factorsOf(token)).toEqual({ items: [], recovery_codes_left: 0 });
    await signIn(person);
  });
});
