import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { factorsSchema, passkeySchema, profileSchema, recoveryCodesSchema } from '../../../lambdas/contract/outputs.ts';
import { mfaChallengeSchema } from '../../../lambdas/contract/problems.ts';
import { softAuthenticator } from '../../support/fakes/softAuthenticator.ts';
import { api } from '../../support/people/api.ts';
import { type AuthenticatorApp, accessOf, beginMfa, claimsOf, enrolTotp, post } from '../../support/people/factors.ts';
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
import { awsClients } from '../../support/stack/awsClients.ts';
import { stack } from '../../support/stack/stack.ts';

const refused = (code: string, status: number) => ({ code, status });
const factorsOf = async (token: string) => factorsSchema.parse((await api('/auth/factors', { token })).json());
const withFactor = (mfaToken: string, proof: object) =>
  post('/auth/login/mfa', undefined, { mfa_token: mfaToken, ...proof });
const newAuthenticator = () => {
  const { origin, hostname } = new URL(stack().issuer);
  return softAuthenticator({ origin, rpId: hostname });
};

describe('an authenticator app', () => {
  let person: Person & { tokens: ClientTokens };
  let app: AuthenticatorApp;
  beforeAll(async () => {
    person = await signedUp();
    app = await enrolTotp(person.tokens.access_token);
  });
  const login = () => api('/auth/login', { method: 'POST', json: { email: person.email, password: person.password } });
  const totp = async () => ({ method: 'totp', code: await app.code() });

  it('is listed, with ten recovery codes, and its owner is told', async () => {
    const { items, recovery_codes_left } = await factorsOf(person.tokens.access_token);
    expect(items).toEqual([{ id: app.id, type: 'totp', name: 'Authenticator app', created_at: expect.any(String) }]);
    expect([recovery_codes_left, new Set(app.recoveryCodes).size]).toEqual([10, 10]);
    await waitForMailAbout(person.email, 'A way to sign in was added');
  });

  it('is asked for after the password: no session, no notice of one', async () => {
    const before = (await api('/auth/sessions', { token: person.tokens.access_token })).text;
    const answer = await login();
    expect(problemOf(answer)).toEqual(refused('mfa_required', 403));
    expect(mfaChallengeSchema.parse(answer.json()).methods).toEqual(['totp', 'recovery_code']);
    expect(answer.text).not.toContain('access_token');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect((await api('/auth/sessions', { token: person.tokens.access_token })).text).toBe(before);
    expect((await readMails(person.email)).filter(({ subject }) => subject.startsWith('New sign-in'))).toEqual([]);
  });

  it('signs in with the password, at aal2, also after a refresh; one code and one token by ten at once sign in once', async () => {
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

  it('five wrong codes end an mfa_token and hold strangers up, but not the owner on a device that is known', async () => {
    const owner = await signedUp();
    const theirs = await enrolTotp(owner.tokens.access_token);
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

  it('no mfa_token but that of the account, unforged and of its credentials of now, goes on', async () => {
    const [code = ''] = app.recoveryCodes;
    const proof = { method: 'recovery_code', code };
    const other = await signedUp();
    await enrolTotp(other.tokens.access_token);
    const theirs = await beginMfa(other);
    expect(problemOf(await withFactor(theirs, proof))).toEqual(refused('invalid_credentials', 401));
    for (const forged of [`${theirs}A`, theirs.replace(/^v1/, 'v2'), other.tokens.access_token, 'x']) {
      expect(problemOf(await withFactor(forged, proof)).code, forged).toBe('invalid_token');
    }
    const stale = await beginMfa(other);
    await api('/auth/logout-everywhere', { method: 'POST', token: other.tokens.access_token });
    expect(problemOf(await withFactor(stale, proof))).toEqual(refused('invalid_token', 400));
  });

  it('changes nothing by a session without it: step-up first, then recovery codes are renewed', async () => {
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
    const renewed = await post('/auth/factors/recovery-codes', stepped.access_token);
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

  it('is renamed and removed by its owner alone; with it the recovery codes go', async () => {
    const token = person.tokens.access_token;
    const stranger = (await signedUp()).tokens.access_token;
    const change = (method: string, id: string, by: string) =>
      api(`/auth/factors/${id}`, { method, token: by, ...(method === 'PATCH' && { json: { name: ' Phone ' } }) });
    for (const method of ['PATCH', 'DELETE']) {
      const theirs = await change(method, app.id, stranger);
      const missing = await change(method, 'A'.repeat(22), stranger);
      expect(problemOf(theirs), method).toEqual(problemOf(missing));
      expect(problemOf(theirs), method).toEqual(refused('not_found', 404));
    }
    expect((await change('PATCH', app.id, token)).status).toBe(204);
    expect((await factorsOf(token)).items[0]?.name).toBe('Phone');
    expect((await change('DELETE', app.id, token)).status).toBe(204);
    expect(await factorsOf(token)).toEqual({ items: [], recovery_codes_left: 0 });
    await signIn(person);
  });
});

it('a sign-in that is not fresh changes no factor, until a password steps up', async () => {
  const person = await signedUp();
  const { sub, sid } = claimsOf(person.tokens);
  await awsClients().documents.send(
    new UpdateCommand({
      TableName: stack().tables['Sessions'],
      Key: { sub, sid },
      UpdateExpression: 'SET auth_time = auth_time - :aWhile',
      ExpressionAttributeValues: { ':aWhile': 301 },
    }),
  );
  const stale = tokensOf(await refresh(person.tokens.refresh_token));
  expect(problemOf(await post('/auth/factors/totp', stale.access_token))).toEqual(refused('step_up_required', 403));
  const wrong = await post('/auth/step-up', stale.access_token, { method: 'password', password: 'not the password' });
  expect(problemOf(wrong)).toEqual(refused('invalid_credentials', 401));
  const body = { method: 'password', password: person.password };
  const stepped = accessOf(await post('/auth/step-up', stale.access_token, body));
  expect((await post('/auth/factors/totp', stepped.access_token)).status).toBe(201);
  expect(claimsOf(tokensOf(await refresh(stale.refresh_token)))).toMatchObject({
    auth_time: claimsOf(stepped)['auth_time'],
  });
});

describe('a passkey', () => {
  let person: Person & { tokens: ClientTokens };
  let token: string;
  const authenticator = newAuthenticator();
  const options = async (json?: object) => (await post('/auth/login/passkey/options', undefined, json)).json();
  const alone = (credential: unknown) => post('/auth/login/passkey', undefined, { credential });
  const enrolOptions = async (by: string) => (await post('/auth/factors/passkeys/options', by)).json();
  const enrol = (by: string, credential: unknown) => post('/auth/factors/passkeys', by, { credential, name: 'Key' });

  beforeAll(async () => {
    person = await signedUp();
    const added = await enrol(
      person.tokens.access_token,
      authenticator.create(await enrolOptions(person.tokens.access_token)),
    );
    expect([added.status, added.text]).toEqual([201, JSON.stringify(passkeySchema.parse(added.json()))]);
    token = accessOf(await alone(authenticator.get(await options()))).access_token;
  });

  it('signs in alone, at aal2', async () => {
    const tokens = tokensOf(await alone(authenticator.get(await options())));
    expect(claimsOf(tokens)).toMatchObject({ amr: ['hwk', 'user', 'mfa'], acr: 'aal2' });
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('signs in after the password, with or without the device having verified its user', async () => {
    for (const [lies, amr] of [
      [{}, ['pwd', 'hwk', 'user', 'mfa']],
      [{ userVerified: false, userHandle: null }, ['pwd', 'hwk', 'mfa']],
    ] as const) {
      const mfaToken = await beginMfa(person);
      const asked = await options({ mfa_token: mfaToken });
      expect(asked).toMatchObject({ allowCredentials: [{ id: authenticator.id, type: 'public-key' }] });
      const answer = await withFactor(mfaToken, { method: 'webauthn', credential: authenticator.get(asked, lies) });
      expect(claimsOf(tokensOf(answer))).toMatchObject({ amr, acr: 'aal2' });
    }
  });

  it('steps up, within the same session', async () => {
    const weak = await post('/auth/step-up', token, { method: 'password', password: person.password });
    const credential = authenticator.get(await options());
    const stepped = accessOf(
      await post('/auth/step-up', accessOf(weak).access_token, { method: 'webauthn', credential }),
    );
    expect(claimsOf(stepped)).toMatchObject({ acr: 'aal2', sid: claimsOf({ access_token: token })['sid'] });
    const replayed = await post('/auth/step-up', token, { method: 'webauthn', credential });
    expect(problemOf(replayed)).toEqual(refused('invalid_credentials', 401));
    const mine = (await signedUp()).tokens.access_token;
    const anothers = await post('/auth/step-up', mine, {
      method: 'webauthn',
      credential: authenticator.get(await options()),
    });
    expect(problemOf(anothers)).toEqual(refused('invalid_credentials', 401));
  });

  it('is refused for every lie, and none of them signs anybody in', async () => {
    const stranger = newAuthenticator();
    const unknown = (await signedUp()).tokens.access_token;
    stranger.create(await enrolOptions(unknown));
    const mfaToken = await beginMfa(person);
    const attempts: Record<string, unknown> = {
      'another origin': authenticator.get(await options(), { origin: 'https://evil.example' }),
      'another relying party': authenticator.get(await options(), { rpId: 'evil.example' }),
      'the user not verified': authenticator.get(await options(), { userVerified: false }),
      'nobody present': authenticator.get(await options(), { userPresent: false }),
      'no user handle': authenticator.get(await options(), { userHandle: null }),
      'the handle of a stranger': authenticator.get(await options(), {
        userHandle: Buffer.from('x').toString('base64url'),
      }),
      'a challenge of its own': authenticator.get(await options(), { challenge: 'AAAA' }),
      'the challenge of an enrolment': authenticator.get(await options(), {
        challenge: challengeOf(await enrolOptions(token)),
      }),
      'the challenge of a second factor': authenticator.get(await options({ mfa_token: mfaToken })),
      'a credential nobody enrolled': stranger.get(await options()),
      'the assertion of a stranger under this id': {
        ...stranger.get(await options()),
        id: authenticator.id,
        rawId: authenticator.id,
      },
    };
    for (const [lie, credential] of Object.entries(attempts)) {
      expect(problemOf(await alone(credential)), lie).toEqual(refused('invalid_credentials', 401));
    }
    // And in the other direction: a challenge for signing in alone is none for a second factor.
    const crossed = await withFactor(mfaToken, { method: 'webauthn', credential: authenticator.get(await options()) });
    expect(problemOf(crossed)).toEqual(refused('invalid_credentials', 401));
    const others = await withFactor(await beginMfa(person), {
      method: 'webauthn',
      credential: authenticator.get(await options({ mfa_token: mfaToken })),
    });
    expect(problemOf(others)).toEqual(refused('invalid_credentials', 401));
  });

  it('by five at once, or again, signs in once; a copy of it is found out by its counter', async () => {
    const credential = authenticator.get(await options());
    const answers = await Promise.all(Array.from({ length: 5 }, () => alone(credential)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(problemOf(await alone(credential))).toEqual(refused('invalid_credentials', 401));
    const copy = authenticator.get(await options(), { counter: 1 });
    expect(problemOf(await alone(copy))).toEqual(refused('invalid_credentials', 401));
    expect((await alone(authenticator.get(await options(), { counter: 1000 }))).status).toBe(200);
  });

  it('is enrolled for the session that asked, once, at its own origin', async () => {
    const other = (await signedUp()).tokens.access_token;
    const key = newAuthenticator();
    const asked = await enrolOptions(token);
    const bad = refused('invalid_request', 400);
    expect(problemOf(await enrol(other, key.create(asked)))).toEqual(bad);
    expect(problemOf(await enrol(token, key.create(asked, { origin: 'https://evil.example' })))).toEqual(bad);
    expect(problemOf(await enrol(token, key.create(asked, { challenge: challengeOf(await options()) })))).toEqual(bad);
    const credential = key.create(asked);
    expect((await enrol(token, credential)).status).toBe(201);
    const fresh = async () => accessOf(await alone(authenticator.get(await options(), { counter: 2000 }))).access_token;
    expect(problemOf(await enrol(token, credential))).toEqual(refused('conflict', 409));
    expect(await enrolOptions(await fresh())).toMatchObject({
      excludeCredentials: expect.arrayContaining([expect.objectContaining({ id: key.id })]),
    });
  });

  it('stays the last of an account without a password, whose password nobody can guess', async () => {
    const { sub } = claimsOf({ access_token: token });
    await awsClients().documents.send(
      new UpdateCommand({
        TableName: stack().tables['Accounts'],
        Key: { pk: `account#${sub}` },
        UpdateExpression: 'REMOVE password_hash',
      }),
    );
    const guess = await api('/auth/login', {
      method: 'POST',
      json: { email: person.email, password: person.password },
    });
    expect(problemOf(guess)).toEqual(refused('invalid_credentials', 401));
    const stepUp = await post('/auth/step-up', token, { method: 'password', password: person.password });
    expect(problemOf(stepUp)).toEqual(refused('invalid_credentials', 401));
    const { items } = await factorsOf(token);
    const answers = [];
    for (const { id } of items) answers.push(await api(`/auth/factors/${id}`, { method: 'DELETE', token }));
    expect(answers.map(({ status }) => status)).toEqual([...items.slice(1).map(() => 204), 409]);
  });
});

function challengeOf(options: unknown): string {
  return z.object({ challenge: z.string() }).parse(options).challenge;
}
