import { randomBytes, randomUUID } from 'node:crypto';
import { auth0Hashes, firebaseHash, firebaseSignerKey, foreignHashes, keycloakCredentials } from './foreignHashes.ts';
import { broken, type Entry, type Kind, resets, second, signsIn, unreadable } from './kinds.ts';

/** A file of one format: what is in it, how it is written, and the options that it is imported with. */
export interface ExportFile {
  readonly name: string;
  readonly kinds: readonly Kind[];
  readonly write: (entries: readonly Entry[]) => Buffer;
  /** The line of the record at an index. */
  readonly lineOf: (index: number) => number;
  readonly args: readonly string[];
}

const nanoseconds = 1_600_000_000_000_000_000;
const [costly, weak, crypt] = [
  `$2b$31$${'A'.repeat(53)}`,
  `$pbkdf2-sha256$i=10$c2FsdHNhbHQ$${'A'.repeat(43)}`,
  '$6$rounds=5000$salt$hash',
];
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const bytesOf = (record: object | Buffer) => (record instanceof Buffer ? record : Buffer.from(JSON.stringify(record)));
const byteOrderMark = Buffer.from('\ufeff');
const lines = (texts: readonly Buffer[]) =>
  Buffer.concat([byteOrderMark, ...texts.flatMap((text) => [text, Buffer.from('\r\n')])]);

function ownKinds(password: string): Kind[] {
  const forms = foreignHashes(password);
  const make = (more: object) => (email: string) => ({ email, email_verified: true, ...more });
  const hash = { password_hash: forms['argon2id'] };
  const own = (name: string, more: object, outcome: Pick<Kind, 'first' | 'second'>): Kind => ({
    name,
    make: make(more),
    ...outcome,
  });
  return [
    ...Object.entries(forms).map(([name, text]) => own(name, { password_hash: text }, signsIn)),
    own('no hash', {}, resets),
    own('unusable hash of Django', { password_hash: `!${randomBytes(20).toString('hex')}` }, resets),
    own('a second factor', { ...hash, factor_methods: ['totp'] }, second),
    own('crypt(3)', { password_hash: crypt }, unreadable('hash_unknown')),
    own('too costly', { password_hash: costly }, unreadable('hash_too_costly')),
    own('too weak', { password_hash: weak }, unreadable('hash_too_weak')),
    own('{MD5} cut off', { password_hash: '{MD5}fb0c32a59ceee4407110987205c13e' }, unreadable('hash_unknown')),
    own('nanoseconds', { ...hash, created_at: nanoseconds }, broken('invalid_record')),
    own('a date of SQL', { ...hash, created_at: '2020-09-13 12:26:40.123456+00' }, signsIn),
    own('truth of SQL', { ...hash, email_verified: 't', status: '1' }, signsIn),
    { name: 'no address', make: () => ({ email: 'nobody', source_id: randomUUID() }), ...broken('invalid_email') },
  ];
}

/** What only lines can have. */
function lineKinds(password: string): Kind[] {
  const hash = foreignHashes(password)['argon2id'];
  return [
    { name: 'not JSON', make: () => Buffer.from('{"email":'), ...broken('unreadable') },
    { name: 'not UTF-8', make: (email) => latin1(`{"email":"${email}","x":"\u00e9"}`), ...broken('unreadable') },
    {
      name: 'a member twice',
      make: (email) => Buffer.from(`{"email":"a","email":"${email}"}`),
      ...broken('unreadable'),
    },
    {
      name: 'U+2028',
      make: (email) => ({ email, email_verified: true, password_hash: hash, source_id: `\u2028${randomUUID()}` }),
      ...signsIn,
    },
    {
      name: 'null',
      make: (email) => ({ email, email_verified: true, password_hash: hash, created_at: null, roles: null }),
      ...signsIn,
    },
  ];
}

const csvFields = ['email', 'email_verified', 'password_hash', 'status', 'created_at', 'factor_methods', 'source_id'];

function csvKinds(password: string): Kind[] {
  const hash = foreignHashes(password)['argon2id'];
  const own = { email_verified: 't', password_hash: hash };
  return [
    ...ownKinds(password),
    { name: 'NULL', make: (email) => ({ email, ...own, created_at: 'NULL', status: '\\N' }), ...signsIn },
    { name: 'not UTF-8', make: (email) => latin1(`${email},t,\u00e9,,,,`), ...broken('unreadable') },
    { name: 'too few cells', make: (email) => Buffer.from(`${email},t`), ...broken('unreadable') },
    {
      name: 'a quote that never closes',
      make: (email) => Buffer.from(`${email},t,"open,,,,`),
      ...broken('unreadable'),
    },
  ];
}

function csvLine(record: object | Buffer): Buffer {
  if (record instanceof Buffer) return record;
  const cells = new Map(Object.entries(record));
  return Buffer.from(csvFields.map((field) => `"${`${cells.get(field) ?? ''}`.replaceAll('"', '""')}"`).join(','));
}

function auth0Kinds(password: string): Kind[] {
  const bcrypt = foreignHashes(password)['bcrypt 2b'];
  const id = () => randomBytes(12).toString('hex');
  const auth0 = (name: string, more: object, outcome: Pick<Kind, 'first' | 'second'>): Kind => ({
    name,
    make: (email) => ({ _id: { $oid: id() }, email, email_verified: true, ...more }),
    ...outcome,
  });
  const profile = (more: object) => (email: string) => ({
    user_id: `auth0|${id()}`,
    email,
    email_verified: true,
    ...more,
  });
  return [
    auth0('passwordHash', { passwordHash: bcrypt }, signsIn),
    auth0('password_hash', { password_hash: bcrypt }, signsIn),
    ...Object.entries(auth0Hashes(password)).map(([name, hash]) =>
      auth0(name, { custom_password_hash: hash }, signsIn),
    ),
    { name: 'profile', make: profile({}), ...resets },
    auth0('mfa_factors', { passwordHash: bcrypt, mfa_factors: [{ totp: { secret: 'JBSWY3DPEHPK3PXP' } }] }, second),
    auth0('multifactor', { passwordHash: bcrypt, multifactor: ['guardian'] }, second),
    auth0(
      'custom hmac',
      { custom_password_hash: { algorithm: 'hmac', hash: { value: 'aa' } } },
      unreadable('hash_unknown'),
    ),
    auth0('nanoseconds', { passwordHash: bcrypt, created_at: nanoseconds }, broken('invalid_record')),
    auth0('null', { passwordHash: bcrypt, created_at: null, blocked: null, mfa_factors: null }, signsIn),
    { name: 'not JSON', make: () => Buffer.from('{"email":'), ...broken('unreadable') },
  ];
}

function firebaseKinds(password: string): Kind[] {
  const firebase = (name: string, more: object, outcome: Pick<Kind, 'first' | 'second'>): Kind => ({
    name,
    make: (email) => ({ localId: randomBytes(14).toString('hex'), email, emailVerified: true, ...more }),
    ...outcome,
  });
  const hash = firebaseHash(password);
  return [
    firebase('scrypt', { ...hash, createdAt: '1600000000000' }, signsIn),
    firebase('no hash', {}, resets),
    firebase('mfaInfo', { ...hash, mfaInfo: [{ phoneInfo: '+1', mfaEnrollmentId: 'x' }] }, second),
    firebase('redacted', { passwordHash: 'UkVEQUNURUQ=', salt: '' }, unreadable('hash_redacted')),
    firebase('cut off', { ...hash, passwordHash: hash.passwordHash.slice(0, 40) }, unreadable('hash_unknown')),
    firebase('nanoseconds', { ...hash, createdAt: `${nanoseconds}` }, broken('invalid_record')),
    firebase('null', { ...hash, createdAt: null, disabled: null }, signsIn),
    firebase('no address', { email: undefined, phoneNumber: '+1' }, broken('invalid_record')),
  ];
}

function cognitoKinds(): Kind[] {
  const cognito = (name: string, more: object, outcome: Pick<Kind, 'first' | 'second'>): Kind => ({
    name,
    make: (email) => ({
      Username: email,
      Attributes: Object.entries({ sub: randomUUID(), email, email_verified: 'true' }).map(([Name, Value]) => ({
        Name,
        Value,
      })),
      Enabled: true,
      UserStatus: 'CONFIRMED',
      UserCreateDate: '2020-09-13T14:26:40.123000+02:00',
      ...more,
    }),
    ...outcome,
  });
  const guarded = { first: second.first, second: 'reset' } as const;
  return [
    cognito('plain', {}, resets),
    cognito('MFAOptions', { MFAOptions: [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }] }, guarded),
    cognito('UserMFASettingList', { UserMFASettingList: ['SOFTWARE_TOKEN_MFA'] }, guarded),
    cognito('nanoseconds', { UserCreateDate: nanoseconds }, broken('invalid_record')),
    cognito('null', { UserCreateDate: null, MFAOptions: null }, resets),
    cognito('no address', { Attributes: [] }, broken('invalid_record')),
  ];
}

function keycloakKinds(password: string): Kind[] {
  const forms = keycloakCredentials(password);
  const keycloak = (
    name: string,
    credentials: readonly object[],
    outcome: Pick<Kind, 'first' | 'second'>,
    more = {},
  ): Kind => ({
    name,
    make: (email) => ({
      id: randomUUID(),
      username: email,
      email,
      emailVerified: true,
      enabled: true,
      credentials,
      ...more,
    }),
    ...outcome,
  });
  const hash = forms['pbkdf2-sha256'] ?? {};
  return [
    ...Object.entries(forms).map(([name, credential]) => keycloak(name, [credential], signsIn)),
    keycloak('password-history', [hash, { ...hash, type: 'password-history' }], signsIn),
    keycloak('no credentials', [], resets),
    keycloak('otp', [hash, { type: 'otp', secretData: '{}', credentialData: '{"subType":"hotp"}' }], second),
    keycloak('webauthn', [hash, { type: 'webauthn', secretData: '{}', credentialData: '{}' }], second),
    keycloak(
      'another algorithm',
      [{ ...hash, credentialData: '{"algorithm":"md5","hashIterations":1}' }],
      unreadable('hash_unknown'),
    ),
    keycloak('nanoseconds', [hash], broken('invalid_record'), { createdTimestamp: nanoseconds }),
    keycloak('null', [hash], signsIn, { createdTimestamp: null, totp: null }),
  ];
}

/** One file of each format. @param parameters a file with the Firebase project's parameters */
export function exportFiles(password: string, parameters: string): ExportFile[] {
  const byLine = {
    write: (all: readonly Entry[]) => lines(all.map(({ record }) => bytesOf(record))),
    lineOf: (index: number) => index + 1,
  };
  const document = (member: string) => ({
    write: (all: readonly Entry[]) =>
      Buffer.from(JSON.stringify({ [member]: all.map(({ record }) => record) }, null, 1)),
    lineOf: (index: number) => index + 1,
  });
  return [
    { name: 'gatehouse.jsonl', kinds: [...ownKinds(password), ...lineKinds(password)], ...byLine, args: [] },
    {
      name: 'gatehouse.csv',
      kinds: csvKinds(password),
      write: (all) => lines([Buffer.from(csvFields.join(',')), ...all.map(({ record }) => csvLine(record))]),
      lineOf: (index) => index + 2,
      args: [],
    },
    // Auth0 writes a record on each line into a file of this name.
    { name: 'auth0.json', kinds: auth0Kinds(password), ...byLine, args: ['--format', 'auth0'] },
    {
      name: 'firebase.json',
      kinds: firebaseKinds(password),
      ...document('users'),
      args: ['--format', 'firebase', '--firebase-parameters', parameters],
    },
    { name: 'cognito.json', kinds: cognitoKinds(), ...document('Users'), args: ['--format', 'cognito'] },
    { name: 'keycloak.json', kinds: keycloakKinds(password), ...document('users'), args: ['--format', 'keycloak'] },
  ];
}

/** As Firebase's console shows them. */
export const firebaseConsole = `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: ${firebaseSignerKey.toString('base64')},
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 10,
}
`;
