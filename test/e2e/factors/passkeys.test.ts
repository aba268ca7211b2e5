import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../lambdas/contract/routes.ts';
import { api } from '../../support/people/api.ts';
import {
  accessOf,
  beginMfa,
  challengeOf,
  claimsOf,
  factorsOf,
  newAuthenticator,
  post,
  refused,
  withFactor,
} from '../../support/people/factors.ts';
import { type ClientTokens, type Person, problemOf, refresh, signedUp, tokensOf } from '../../support/people/people.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { stack } from '../../support/stack/stack.ts';

const passkeySchema = routes.addPasskey.answers()[201];

describe('a passkey', () => {
  let person: Person & { tokens: ClientTokens };
  let token: string;
  const authenticator = newAuthenticator();
  const options = async (json?: object) => (await post('/auth/login/passkey/options', undefined, json)).json();
  const alone = (credential: unknown) => post('/auth/login/passkey', undefined, { credential });
  const enrolOptions = async (by: string, { password }: Person = person) => {
    const proof = { current_password: password };
    return (await post('/auth/factors/passkeys/options', by, proof)).json();
  };
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

  it('signs in after the password, whether or not the device verified its user', async () => {
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

  it('is refused for every lie', async () => {
    const stranger = newAuthenticator();
    const unknown = await signedUp();
    stranger.create(await enrolOptions(unknown.tokens.access_token, unknown));
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

  it('signs in once by each signature', async () => {
    const credential = authenticator.get(await options());
    const answers = await Promise.all(Array.from({ length: 5 }, () => alone(credential)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(problemOf(await alone(credential))).toEqual(refused('invalid_credentials', 401));
  });

  it('gives a copy of it away by its counter', async () => {
    const copy = authenticator.get(await options(), { counter: 1 });
    expect(problemOf(await alone(copy))).toEqual(refused('invalid_credentials', 401));
    expect((await alone(authenticator.get(await options(), { counter: 1000 }))).status).toBe(200);
  });

  it('is enrolled once, for the session and origin that asked', async () => {
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

  it('stays the last way into an account without a password', async () => {
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
