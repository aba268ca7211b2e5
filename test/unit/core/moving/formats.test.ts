import { describe, expect, it } from 'vitest';
import { readAuth0 } from '../../../../lambdas/core/moving/auth0.ts';
import { readCognito } from '../../../../lambdas/core/moving/cognito.ts';
import { readFirebase } from '../../../../lambdas/core/moving/firebase.ts';
import { readKeycloak } from '../../../../lambdas/core/moving/keycloak.ts';
import { reasonOf } from './reasonOf.ts';

const bcrypt = '$2b$10$Z6hUTEEeoJXN5/AmSm/4.eZ75RYgFVriQM9LPhNEC7kbAbS/VAaJ2';
const sub = '7d0c1c52-7f2a-4f7e-9b1e-0123456789ab';

it('Auth0: the exports of password hashes and of profiles', () => {
  // The example of Auth0's documentation on the bulk import of hashes.
  const exported = {
    _id: { $oid: '60425da93519d90068f82966' },
    email_verified: false,
    email: 'test@contoso.com',
    passwordHash: bcrypt,
    password_set_date: { $date: '2021-03-05T16:34:49.502Z' },
    tenant: 'dev-rwsbs6ym',
    connection: 'Username-Password-Authentication',
    _tmp_is_unique: true,
  };
  expect(readAuth0(exported)).toMatchObject({
    sourceId: 'auth0:auth0|60425da93519d90068f82966',
    email: 'test@contoso.com',
    emailVerified: false,
    hash: { kind: 'foreign', hash: bcrypt },
    ignored: ['password_set_date', 'tenant', 'connection', '_tmp_is_unique'],
  });
  const profile = { user_id: 'auth0|60425da93519d90068f82966', email: 'test@contoso.com', blocked: true };
  expect(readAuth0(profile)).toMatchObject({
    sourceId: 'auth0:auth0|60425da93519d90068f82966',
    disabled: true,
    hash: undefined,
  });
});

it('Auth0: the file of its bulk import, whose ids are those of its exports', () => {
  const user = { email: 'a@b.example', user_id: '2000', blocked: false, app_metadata: {} };
  const custom = (hash: object) => readAuth0({ ...user, custom_password_hash: hash });
  expect(readAuth0({ ...user, password_hash: bcrypt })).toMatchObject({
    sourceId: 'auth0:auth0|2000',
    hash: { kind: 'foreign', hash: bcrypt },
    factors: undefined,
    ignored: [],
  });
  expect(custom({ algorithm: 'bcrypt', hash: { value: bcrypt, encoding: 'utf8' } }).hash).toMatchObject({
    hash: bcrypt,
  });
  // The example of Auth0's schema.
  const salted = { hash: { value: '67A1E09BB1F83F5007DC119C14D663AA', encoding: 'hex' }, salt: { value: 'salt' } };
  expect(custom({ algorithm: 'md5', ...salted }).hash).toEqual({
    kind: 'fast',
    inner: { digest: 'md5', before: Buffer.from('salt'), after: Buffer.alloc(0) },
    hex: '67a1e09bb1f83f5007dc119c14d663aa',
  });
  const scrypt = {
    algorithm: 'scrypt',
    hash: { value: Buffer.alloc(64, 1).toString('base64'), encoding: 'base64' },
    salt: { value: 'c2FsdA==', encoding: 'base64' },
    keylen: 64,
  };
  expect(custom(scrypt).hash).toMatchObject({ hash: expect.stringMatching(/^\$scrypt\$ln=14,r=8,p=1\$c2FsdA\$AQEB/) });
  for (const refused of [
    { ...scrypt, keylen: 32 },
    { algorithm: 'hmac', hash: { value: 'aa', encoding: 'hex' } },
    { algorithm: 'md4', hash: { value: 'aa', encoding: 'hex' } },
    { algorithm: 'md5', ...salted, password: { encoding: 'utf16le' } },
  ]) {
    expect(reasonOf(readAuth0, { ...user, custom_password_hash: refused })).toBe('hash_unknown');
  }
  const twice = { ...user, password_hash: bcrypt, passwordHash: bcrypt.replace('Z6', 'Z7') };
  expect(reasonOf(readAuth0, twice)).toBe('invalid_record');
});

it('Auth0: second factors, wherever they are', () => {
  const factors = (more: object) => readAuth0({ email: 'a@b.example', passwordHash: bcrypt, ...more }).factors;
  expect(factors({ mfa_factors: [{ totp: { secret: 'JBTWY3DPEHPK3PNP' } }, { phone: { value: '+1' } }] })).toEqual([
    'totp',
    'phone',
  ]);
  expect(factors({ multifactor: ['guardian'] })).toEqual(['guardian']);
  expect(factors({ guardian_authenticators: [{ type: 'otp' }] })).toHaveLength(1);
  expect([factors({ mfa_factors: [] }), factors({})]).toEqual([[], undefined]);
});

describe('Firebase', () => {
  const parameters = {
    base64_signer_key: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
    base64_salt_separator: 'Bw==',
    rounds: 8,
    mem_cost: 14,
  };
  const user = {
    localId: 'TGyfyEJsFUNFHjVCKSTPiRiyHBG2',
    email: 'user1@example.com',
    emailVerified: true,
    passwordHash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
    salt: '42xEC+ixf3L2lw==',
    lastSignedInAt: '1600000001000',
    createdAt: '1600000000000',
    disabled: false,
    providerUserInfo: [],
  };

  it('is read with the parameters of its project', () => {
    expect(readFirebase(parameters)(user)).toMatchObject({
      sourceId: 'firebase:TGyfyEJsFUNFHjVCKSTPiRiyHBG2',
      emailVerified: true,
      hash: { kind: 'foreign', hash: expect.stringMatching(/^\$firebase-scrypt\$ln=14,r=8,p=1\$42xEC\+ixf3L2lwc\$/) },
      createdAt: 1_600_000_000,
      ignored: ['lastSignedInAt'],
    });
  });

  it('is refused without what a hash or an account needs', () => {
    const { passwordHash: _, salt: __, ...passwordless } = user;
    const { email: ___, ...nameless } = user;
    expect(reasonOf(readFirebase(undefined), user)).toBe('no_parameters');
    expect(reasonOf(readFirebase(parameters), nameless)).toBe('invalid_record');
    expect(reasonOf(readFirebase(parameters), { ...user, passwordHash: 'YQ==' })).toBe('hash_unknown');
    expect(readFirebase(undefined)(passwordless).hash).toBeUndefined();
  });
});

it('Firebase: second factors, of the API and of the Admin SDK', () => {
  const factors = (more: object) => readFirebase(undefined)({ localId: 'x', email: 'a@b.example', ...more }).factors;
  expect(factors({ mfaInfo: [{ mfaEnrollmentId: '1', phoneInfo: '+1' }, { totpInfo: {} }] })).toEqual([
    'phone',
    'totp',
  ]);
  expect(factors({ multiFactor: { enrolledFactors: [{ factorId: 'phone' }] } })).toEqual(['phone']);
  expect([factors({ mfaInfo: [] }), factors({})]).toEqual([[], undefined]);
  const both = { mfaInfo: [], multiFactor: { enrolledFactors: [{ factorId: 'phone' }] } };
  expect(factors(both)).toEqual(['phone']);
});

it('Firebase: a hash that was withheld from the export is named so', () => {
  const user = { localId: 'x', email: 'a@b.example', passwordHash: 'UkVEQUNURUQ=', salt: '' };
  expect(reasonOf(readFirebase(undefined), user)).toBe('hash_redacted');
  expect(reasonOf(readFirebase(undefined), { ...user, passwordHash: 'YQ==' })).toBe('no_parameters');
});

it.each([
  [{ UserMFASettingList: ['SOFTWARE_TOKEN_MFA'] }, ['SOFTWARE_TOKEN_MFA']],
  [{ PreferredMfaSetting: 'SMS_MFA' }, ['SMS_MFA']],
  [{ MFAOptions: [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }] }, ['SMS_MFA']],
  [{ UserMFASettingList: [] }, []],
  [{}, undefined],
])('Cognito: %j has the second factors %j', (more, factors) => {
  const attributes = [{ Name: 'email', Value: 'a@b.example' }];
  expect(readCognito({ Username: 'a', Attributes: attributes, ...more }).factors).toEqual(factors);
  expect(readCognito({ Username: 'a', UserAttributes: attributes, ...more }).factors).toEqual(factors);
});

it('Cognito: a compromised account stays shut', () => {
  const user = { Username: 'a', Attributes: [{ Name: 'email', Value: 'a@b.example' }], Enabled: true };
  expect(readCognito({ ...user, UserStatus: 'COMPROMISED' }).disabled).toBe(true);
  expect(readCognito({ ...user, UserStatus: 'RESET_REQUIRED' }).disabled).toBe(false);
});

it('Cognito: list-users, with the sub kept', () => {
  const user = {
    Username: 'ada@example.com',
    Attributes: [
      { Name: 'email', Value: 'ada@example.com' },
      { Name: 'email_verified', Value: 'true' },
      { Name: 'phone_number', Value: '+10000000' },
      { Name: 'sub', Value: sub.toUpperCase() },
    ],
    UserCreateDate: '2020-09-13T14:26:40+02:00',
    Enabled: false,
    UserStatus: 'CONFIRMED',
  };
  const draft = readCognito(user);
  expect(draft).toMatchObject({
    sub,
    email: 'ada@example.com',
    emailVerified: true,
    disabled: true,
    createdAt: 1_600_000_000,
    ignored: ['phone_number'],
  });
  expect(draft.hash).toBeUndefined();
  expect(reasonOf(readCognito, { ...user, Attributes: [] })).toBe('invalid_record');
});

describe('Keycloak', () => {
  const user = (secretData: unknown, credentialData: unknown) => ({
    id: sub,
    username: 'ada',
    email: 'ada@example.com',
    emailVerified: true,
    enabled: true,
    createdTimestamp: 1_600_000_000_000,
    credentials: [
      { type: 'otp', secretData: '{}', credentialData: '{}' },
      { type: 'password', secretData: JSON.stringify(secretData), credentialData: JSON.stringify(credentialData) },
    ],
  });
  const secret = {
    value: 'CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc=',
    salt: 'c29tZXNhbHQ=',
    additionalParameters: {},
  };

  it('is read with PBKDF2 and Argon2', () => {
    const pbkdf2 = { hashIterations: 210_000, algorithm: 'pbkdf2-sha512', additionalParameters: {} };
    expect(readKeycloak(user(secret, pbkdf2))).toMatchObject({
      sub,
      hash: { hash: '$pbkdf2-sha512$i=210000$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc' },
      createdAt: 1_600_000_000,
      factors: ['otp'],
      ignored: ['username'],
    });
    const additionalParameters = {
      hashLength: ['32'],
      memory: ['7168'],
      type: ['id'],
      version: ['1.3'],
      parallelism: ['1'],
    };
    const argon2 = { hashIterations: 5, algorithm: 'argon2', additionalParameters };
    expect(readKeycloak(user(secret, argon2)).hash).toEqual({
      kind: 'foreign',
      hash: '$argon2id$v=19$m=7168,t=5,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    });
  });

  it('is read as it was before Keycloak 8, and not with a password in plain text', () => {
    const person = { id: sub, email: 'a@b.example' };
    const { value, salt } = secret;
    const old = {
      type: 'password',
      hashedSaltedValue: value,
      salt,
      hashIterations: 27_500,
      algorithm: 'pbkdf2-sha256',
    };
    expect(readKeycloak({ ...person, credentials: [old] }).hash).toMatchObject({
      hash: `$pbkdf2-sha256$i=27500$c29tZXNhbHQ$${value.replace('=', '')}`,
    });
    const plain = readKeycloak({ ...person, credentials: [{ type: 'password', value: 'hunter2' }] });
    expect(plain.hashRefusal?.message).toMatch(/^(?!.*hunter2).*plain text/);
  });

  it('has no factor in the passwords before, and one where only the user says so', () => {
    const credentials = [{ type: 'password-history', secretData: '{}', credentialData: '{}' }];
    const person = { id: sub, email: 'a@b.example' };
    expect(readKeycloak({ ...person, credentials })).toMatchObject({ factors: [], hash: undefined });
    expect(readKeycloak({ ...person, totp: true }).factors).toEqual(['otp']);
    expect(readKeycloak({ ...person, totp: false }).factors).toEqual([]);
    expect(readKeycloak(person).factors).toBeUndefined();
    const strong = [{ type: 'webauthn' }, { type: 'recovery-authn-codes' }];
    expect(readKeycloak({ ...person, credentials: strong }).factors).toEqual(['webauthn', 'recovery-authn-codes']);
  });

  it('is refused with what does not verify', () => {
    expect(reasonOf(readKeycloak, user(secret, { hashIterations: 1, algorithm: 'md5' }))).toBe('hash_unknown');
    expect(reasonOf(readKeycloak, user({ value: '!' }, {}))).toBe('invalid_record');
    const [, password] = user(secret, {}).credentials;
    const broken = { ...user(secret, {}), credentials: [{ ...password, secretData: '{' }] };
    expect(reasonOf(readKeycloak, broken)).toBe('invalid_record');
  });
});
