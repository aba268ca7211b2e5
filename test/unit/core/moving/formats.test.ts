import { describe, expect, it } from 'vitest';
import { exportRecord } from '../../../../lambdas/core/moving/accountExport.ts';
import { readAuth0 } from '../../../../lambdas/core/moving/auth0.ts';
import { readCognito } from '../../../../lambdas/core/moving/cognito.ts';
import { ImportRefusal } from '../../../../lambdas/core/moving/draft.ts';
import { readFirebase } from '../../../../lambdas/core/moving/firebase.ts';
import { readGatehouse, readGatehouseCsv } from '../../../../lambdas/core/moving/gatehouse.ts';
import { readKeycloak } from '../../../../lambdas/core/moving/keycloak.ts';
import { testAccount } from '../../../support/worlds/world.ts';

const bcrypt = '$2b$10$Z6hUTEEeoJXN5/AmSm/4.eZ75RYgFVriQM9LPhNEC7kbAbS/VAaJ2';
const sub = '7d0c1c52-7f2a-4f7e-9b1e-0123456789ab';

function reasonOf(read: (record: unknown) => unknown, record: unknown): string {
  try {
    read(record);
    return 'read';
  } catch (error) {
    if (error instanceof ImportRefusal) return error.reason;
    throw error;
  }
}

describe("Gatehouse's own records", () => {
  it('are what an export writes', () => {
    const account = testAccount({
      sub,
      email: 'ada@example.com',
      passwordHash: `imported:${bcrypt}`,
      status: 'disabled',
      roles: ['admin', 'member'],
      factorMethods: ['totp'],
      createdAt: 1_600_000_000,
    });
    const record: unknown = JSON.parse(JSON.stringify(exportRecord(account)));
    expect(record).toEqual({
      sub,
      email: 'ada@example.com',
      email_verified: true,
      password_hash: bcrypt,
      status: 'disabled',
      roles: ['admin', 'member'],
      tenant_id: 'acme',
      created_at: '2020-09-13T12:26:40.000Z',
      factor_methods: ['totp'],
    });
    expect(readGatehouse(record)).toEqual({
      sub,
      sourceId: undefined,
      email: 'ada@example.com',
      emailVerified: true,
      hash: { kind: 'foreign', hash: bcrypt },
      disabled: true,
      roles: ['admin', 'member'],
      tenantId: 'acme',
      createdAt: 1_600_000_000,
      factors: ['totp'],
      ignored: [],
    });
  });

  it('need only an address', () => {
    expect(readGatehouse({ email: 'a@b.example', nickname: 'Ada', phone: '1' })).toMatchObject({
      email: 'a@b.example',
      hash: undefined,
      disabled: false,
      ignored: ['nickname', 'phone'],
    });
  });

  it('in CSV have text in every cell that is not empty', () => {
    const row = {
      sub: '',
      email: 'a@b.example',
      email_verified: 'TRUE',
      roles: 'admin  member',
      password_hash: bcrypt,
    };
    expect(readGatehouseCsv({ ...row, created_at: '1600000000' })).toMatchObject({
      sub: undefined,
      emailVerified: true,
      roles: ['admin', 'member'],
      createdAt: 1_600_000_000,
      hash: { kind: 'foreign', hash: bcrypt },
    });
    expect(readGatehouseCsv({ email: 'a@b.example', email_verified: '0' })).toMatchObject({ emailVerified: false });
  });

  it.each([
    [{}, 'invalid_record'],
    ['text', 'invalid_record'],
    [{ email: 'a@b.example', sub: 'auth0|1' }, 'invalid_record'],
    [{ email: 'a@b.example', roles: ['root'] }, 'invalid_record'],
    [{ email: 'a@b.example', email_verified: 'yes' }, 'invalid_record'],
    [{ email: 'a@b.example', status: 'locked' }, 'invalid_record'],
    [{ email: 'a@b.example', tenant_id: 'a b' }, 'invalid_record'],
    [{ email: 'a@b.example', created_at: 'yesterday' }, 'invalid_record'],
    [{ email: 'a@b.example', password_hash: 'hunter2' }, 'hash_unknown'],
    [{ email: 'a@b.example', password_hash: bcrypt.replace('$10$', '$20$') }, 'hash_too_costly'],
  ])('%j is refused as %s', (record, reason) => {
    expect(reasonOf(readGatehouse, record)).toBe(reason);
  });

  it('are refused without quoting what is in them', () => {
    expect(() => readGatehouse({ email: 'a@b.example', password_hash: 'hunter2' })).toThrow(/^(?!.*hunter2)/);
    expect(() => readGatehouse({ email: 'a@b.example', sub: 'hunter2' })).toThrow(/^(?!.*hunter2)/);
  });
});

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
      ignored: ['lastSignedInAt', 'providerUserInfo'],
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
    ignored: ['UserStatus', 'phone_number'],
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

  it('is refused with what does not verify', () => {
    expect(reasonOf(readKeycloak, user(secret, { hashIterations: 1, algorithm: 'md5' }))).toBe('hash_unknown');
    expect(reasonOf(readKeycloak, user({ value: '!' }, {}))).toBe('invalid_record');
    const [, password] = user(secret, {}).credentials;
    const broken = { ...user(secret, {}), credentials: [{ ...password, secretData: '{' }] };
    expect(reasonOf(readKeycloak, broken)).toBe('invalid_record');
  });
});
