import { createCipheriv, createHash, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import { hashSync as argon2 } from '@node-rs/argon2';
import { hashSync as bcrypt } from 'bcryptjs';

/** Hashes of one password as other systems write them, by the name of the form. */
export type ForeignHashes = Readonly<Record<string, string>>;

const base64 = (bytes: Buffer) => bytes.toString('base64');
const unpadded = (bytes: Buffer) => base64(bytes).replace(/=+$/, '');
const digestOf = (name: string, ...parts: readonly (string | Buffer)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(name)).digest();

/** Every form that an import takes as a text. */
export function foreignHashes(password: string): ForeignHashes {
  return { ...slowForms(password), ...pbkdf2Forms(password), ...scryptForms(password), ...fastForms(password) };
}

function slowForms(password: string): ForeignHashes {
  /** The numbers of RFC 9106 §3.1: d, i, id. */
  const argon2Of = (algorithm: 0 | 1 | 2) => argon2(password, { algorithm, memoryCost: 4096, timeCost: 2 });
  const argon2id = argon2Of(2);
  const plain = bcrypt(password, 6);
  return {
    argon2id,
    argon2i: argon2Of(1),
    argon2d: argon2Of(0),
    'django argon2': `argon2${argon2id}`,
    'spring argon2': `{argon2}${argon2id}`,
    'spring argon2 5.8': `{argon2@SpringSecurity_v5_8}${argon2id}`,
    'bcrypt 2a': plain.replace(/^\$2\w\$/, '$2a$'),
    'bcrypt 2b': plain.replace(/^\$2\w\$/, '$2b$'),
    'bcrypt 2y': plain.replace(/^\$2\w\$/, '$2y$'),
    'spring bcrypt': `{bcrypt}${plain}`,
    'ldap crypt': `{CRYPT}${plain}`,
    'django bcrypt': `bcrypt$${plain}`,
    'django bcrypt_sha256': `bcrypt_sha256$${bcrypt(digestOf('sha256', password).toString('hex'), 6)}`,
  };
}

function pbkdf2Forms(password: string): ForeignHashes {
  const salt = randomBytes(16);
  const text = randomBytes(8).toString('hex');
  const key = (digest: string, of: string | Buffer, bytes: number, rounds = 2000) =>
    pbkdf2Sync(password, of, rounds, bytes, digest);
  const ab64 = (bytes: Buffer) => unpadded(bytes).replaceAll('+', '.');
  const hexOf = (...parts: readonly Buffer[]) => Buffer.concat(parts).toString('hex');
  const short = salt.subarray(0, 8);
  return {
    'pbkdf2-sha1': `$pbkdf2$2000$${ab64(salt)}$${ab64(key('sha1', salt, 20))}`,
    'pbkdf2-sha256': `$pbkdf2-sha256$i=2000,l=32$${unpadded(salt)}$${unpadded(key('sha256', salt, 32))}`,
    'pbkdf2-sha512': `$pbkdf2-sha512$2000$${ab64(salt)}$${ab64(key('sha512', salt, 64))}`,
    'ldap pbkdf2': `{PBKDF2-SHA256}2000$${ab64(salt)}$${ab64(key('sha256', salt, 32))}`,
    'django pbkdf2_sha256': `pbkdf2_sha256$2000$${text}$${base64(key('sha256', text, 32))}`,
    'django pbkdf2_sha1': `pbkdf2_sha1$2000$${text}$${base64(key('sha1', text, 20))}`,
    'werkzeug pbkdf2': `pbkdf2:sha512:2000$${text}$${key('sha512', text, 64).toString('hex')}`,
    'spring pbkdf2': `{pbkdf2}${hexOf(short, key('sha1', short, 32, 185_000))}`,
    'spring pbkdf2 5.8': `{pbkdf2@SpringSecurity_v5_8}${hexOf(salt, key('sha256', salt, 32, 310_000))}`,
  };
}

function scryptForms(password: string): ForeignHashes {
  const salt = randomBytes(16);
  const text = randomBytes(8).toString('hex');
  const key = (of: string | Buffer, bytes: number, ln = 10) =>
    scryptSync(password, of, bytes, { N: 2 ** ln, r: 8, p: 1, maxmem: 2 ** 28 });
  return {
    scrypt: `$scrypt$ln=10,r=8,p=1$${unpadded(salt)}$${unpadded(key(salt, 32))}`,
    'django scrypt': `scrypt$1024$${text}$8$1$${base64(key(text, 64))}`,
    'werkzeug scrypt': `scrypt:1024:8:1$${text}$${key(text, 64).toString('hex')}`,
    'spring scrypt': `{scrypt}$e0801$${base64(salt)}$${base64(key(salt, 32, 14))}`,
    'spring scrypt 5.8': `{scrypt@SpringSecurity_v5_8}$100801$${base64(salt)}$${base64(key(salt, 32, 16))}`,
  };
}

function fastForms(password: string): ForeignHashes {
  const salt = randomBytes(8);
  const text = salt.toString('hex');
  const salted = (name: string) => Buffer.concat([digestOf(name, password, salt), salt]);
  const hex = (name: string, ...parts: readonly string[]) => digestOf(name, ...parts).toString('hex');
  return {
    '{MD5}': `{MD5}${base64(digestOf('md5', password))}`,
    '{MD5} hex': `{MD5}${hex('md5', password)}`,
    '{SMD5}': `{SMD5}${base64(salted('md5'))}`,
    '{SHA}': `{SHA}${base64(digestOf('sha1', password))}`,
    '{SHA} hex': `{SHA}${hex('sha1', password)}`,
    '{SSHA}': `{ldap}{SSHA}${base64(salted('sha1'))}`,
    '{SSHA256}': `{SSHA256}${base64(salted('sha256'))}`,
    '{SHA512}': `{SHA512}${base64(digestOf('sha512', password))}`,
    'spring MD5': `{MD5}{${text}}${hex('md5', `${password}{${text}}`)}`,
    'spring SHA-1': `{SHA-1}{${text}}${hex('sha1', `${password}{${text}}`)}`,
    'spring SHA-256': `{SHA-256}{${text}}${hex('sha256', `${password}{${text}}`)}`,
    'django md5': `md5$${text}$${hex('md5', `${text}${password}`)}`,
    'django sha1': `sha1$${text}$${hex('sha1', `${text}${password}`)}`,
    'django unsalted_md5': `unsalted_md5$$${hex('md5', password)}`,
  };
}

/** What Auth0's bulk import takes as `custom_password_hash`. */
export function auth0Hashes(password: string): Readonly<Record<string, object>> {
  const salt = randomBytes(8).toString('hex');
  const digest = (name: string) => ({
    algorithm: name,
    hash: { value: digestOf(name, password, salt).toString('hex').toUpperCase(), encoding: 'hex' },
    salt: { value: salt, position: 'suffix' },
  });
  const forms = foreignHashes(password);
  const text = (algorithm: string, form: string) => ({ algorithm, hash: { value: forms[form], encoding: 'utf8' } });
  return {
    ...Object.fromEntries(['md5', 'sha1', 'sha256', 'sha512'].map((name) => [`custom ${name}`, digest(name)])),
    'custom argon2': text('argon2', 'argon2id'),
    'custom bcrypt': text('bcrypt', 'bcrypt 2b'),
    'custom pbkdf2': text('pbkdf2', 'pbkdf2-sha256'),
    'custom ldap': text('ldap', '{SHA}'),
    'custom scrypt': {
      algorithm: 'scrypt',
      hash: { value: scryptSync(password, salt, 64, { N: 1024, r: 8, p: 1 }).toString('base64'), encoding: 'base64' },
      salt: { value: salt },
      keylen: 64,
      cost: 1024,
    },
  };
}

/** Keycloak's credentials of the type `password`. */
export function keycloakCredentials(password: string): Readonly<Record<string, object>> {
  const salt = randomBytes(16);
  const credential = (value: Buffer, credentialData: object) => ({
    type: 'password',
    secretData: JSON.stringify({ value: base64(value), salt: base64(salt), additionalParameters: {} }),
    credentialData: JSON.stringify(credentialData),
  });
  const pbkdf2 = (algorithm: string, digest: string) =>
    credential(pbkdf2Sync(password, salt, 2000, 64, digest), { algorithm, hashIterations: 2000 });
  const phc = argon2(password, { salt, memoryCost: 7168, timeCost: 2, parallelism: 1, outputLen: 32 });
  const additionalParameters = { memory: ['7168'], type: ['id'], version: ['1.3'], parallelism: ['1'] };
  return {
    pbkdf2: pbkdf2('pbkdf2', 'sha1'),
    'pbkdf2-sha256': pbkdf2('pbkdf2-sha256', 'sha256'),
    'pbkdf2-sha512': pbkdf2('pbkdf2-sha512', 'sha512'),
    argon2: credential(Buffer.from(phc.split('$').at(-1) ?? '', 'base64'), {
      algorithm: 'argon2',
      hashIterations: 2,
      additionalParameters,
    }),
  };
}

export const firebaseSignerKey = randomBytes(64);

/** A hash of `auth:export`, of a project whose salt separator is one byte, with `rounds: 8` and `mem_cost: 10`. */
export function firebaseHash(password: string): { readonly passwordHash: string; readonly salt: string } {
  const salt = randomBytes(10);
  const key = scryptSync(password, Buffer.concat([salt, Buffer.from([7])]), 32, { N: 1024, r: 8, p: 1 });
  const encrypted = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(firebaseSignerKey);
  return { passwordHash: base64(encrypted), salt: base64(salt) };
}
