import { splitPepperedHash } from '../passwords/passwordPepper.ts';
import { type FastDigest, ForeignHashError, type Pbkdf2Digest, parseForeignHash } from './foreignHash.ts';

/** How an import stores a hash that another system wrote. */
export type HashForm =
  /** Of a Gatehouse, under the pepper that it names. */
  | { readonly kind: 'own'; readonly hash: string; readonly kid: string }
  /** Kept as it is, in the one form that `parseForeignHash` reads. */
  | { readonly kind: 'foreign'; readonly hash: string }
  /** Too fast to be kept: the import stores Argon2id of its digest (hexadecimal). */
  | { readonly kind: 'fast'; readonly inner: FastDigest; readonly hex: string };

type Reader = (text: string) => HashForm | undefined;

/**
 * Reads PHC strings, bcrypt, and the forms of passlib, Django, Werkzeug, Spring Security and LDAP.
 *
 * @throws ForeignHashError for any other text, or a hash whose cost is out of bounds.
 */
export function readHashForm(text: string): HashForm {
  for (const read of [own, prefixed, passlib, django, werkzeug, ldap]) {
    const form = read(text);
    if (form) return form;
  }
  return foreignForm(text);
}

const own: Reader = (text) => {
  const peppered = splitPepperedHash(text);
  if (!peppered) return undefined;
  parseForeignHash(peppered.phc);
  return { kind: 'own', hash: text, kid: peppered.kid };
};

/** A prefix that repeats what the form says: `{bcrypt}$2a$…`, `bcrypt$$2b$…`, `argon2$argon2id$…`. */
const prefixed: Reader = (text) => {
  const rest = /^(?:\{(?:bcrypt|argon2|crypt|blf-crypt)\}|bcrypt\$|argon2(?=\$argon2))(\$.+)$/i.exec(text)?.[1];
  return rest === undefined ? undefined : foreignForm(rest);
};

/**
 * `$pbkdf2-sha256$rounds$salt$key`, with a dot for a plus; PHC's `i=…,l=…`; OpenLDAP's
 * `{PBKDF2-SHA256}rounds$salt$key`.
 */
const passlib: Reader = (text) => {
  const pattern = /^[${]pbkdf2(?:-(sha1|sha256|sha512))?[$}](?:i=)?(\d+)(?:,l=\d+)?\$([\w./+]*)\$([\w./+]+)$/i;
  const [, digest = 'sha1', rounds = '', salt = '', key = ''] = pattern.exec(text) ?? [];
  if (key === '') return undefined;
  const plus = (ab64: string) => ab64.replaceAll('.', '+');
  return foreignForm(`$pbkdf2-${digest.toLowerCase()}$i=${rounds}$${plus(salt)}$${plus(key)}`);
};

/** `pbkdf2_sha256$rounds$salt$key`, `scrypt$N$salt$r$p$key`, `md5$salt$hex`: the salt is text, the key base64. */
const django: Reader = (text) => {
  const [name = '', ...parts] = text.split('$');
  const digest = /^pbkdf2_(sha1|sha256)$/.exec(name)?.[1];
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = parts;
  if (digest === 'sha1' || digest === 'sha256') {
    return pbkdf2Form({ digest, rounds: first, salt: Buffer.from(second), key: Buffer.from(third, 'base64') });
  }
  if (name === 'scrypt' && parts.length === 5) {
    return scryptForm({ N: first, salt: second, r: third, p: fourth, key: Buffer.from(fifth, 'base64') });
  }
  if ((name === 'md5' || name === 'sha1') && parts.length === 2) {
    return fast(name, { before: Buffer.from(first), key: Buffer.from(second, 'hex') });
  }
  return undefined;
};

/** `pbkdf2:sha256:rounds$salt$hex`, `scrypt:N:r:p$salt$hex`: the salt is text. */
const werkzeug: Reader = (text) => {
  const [method = '', salt = '', hex = ''] = text.split('$');
  const [name, first = '', second = '', third = ''] = method.split(':');
  const key = Buffer.from(hex, 'hex');
  if (name === 'scrypt') return scryptForm({ N: first, salt, r: second, p: third, key });
  if (name !== 'pbkdf2' || (first !== 'sha1' && first !== 'sha256' && first !== 'sha512')) return undefined;
  return pbkdf2Form({ digest: first, rounds: second, salt: Buffer.from(salt), key });
};

/** `{MD5}`, `{SMD5}`, `{SHA}`, `{SSHA}` and base64 of the digest, which the salt follows. */
const ldap: Reader = (text) => {
  const [, name = '', base64 = ''] = /^\{(S?MD5|S?SHA)\}([A-Za-z0-9+/]+=*)$/i.exec(text) ?? [];
  if (name === '') return undefined;
  const digest = /md5$/i.test(name) ? 'md5' : 'sha1';
  const bytes = Buffer.from(base64, 'base64');
  const length = digestLengths[digest];
  return fast(digest, { key: bytes.subarray(0, length), after: bytes.subarray(length) });
};

const digestLengths = { md5: 16, sha1: 20 } as const;

function fast(digest: FastDigest['digest'], input: { before?: Buffer; key: Buffer; after?: Buffer }): HashForm {
  const { before = Buffer.alloc(0), key, after = Buffer.alloc(0) } = input;
  if (key.length !== digestLengths[digest]) throw new ForeignHashError('hash_unknown', `this is no ${digest}`);
  return { kind: 'fast', inner: { digest, before, after }, hex: key.toString('hex') };
}

/** The stored form of a wrapped digest: how the digest was made, then the PHC string of Argon2id. */
export function wrappedForm({ digest, before, after }: FastDigest, argon2id: string): string {
  const salts = [before.length > 0 && `$before=${unpadded(before)}`, after.length > 0 && `$after=${unpadded(after)}`];
  return `$argon2id-${digest}${salts.filter(Boolean).join('')}${argon2id}`;
}

/** PBKDF2, in the form in which it is kept. */
export function pbkdf2Form(input: { digest: Pbkdf2Digest; rounds: string; salt: Buffer; key: Buffer }): HashForm {
  return foreignForm(`$pbkdf2-${input.digest}$i=${input.rounds}$${unpadded(input.salt)}$${unpadded(input.key)}`);
}

function scryptForm(input: { N: string; r: string; p: string; salt: string; key: Buffer }): HashForm {
  const ln = Math.log2(Number(input.N));
  return foreignForm(
    `$scrypt$ln=${ln},r=${input.r},p=${input.p}$${unpadded(Buffer.from(input.salt))}$${unpadded(input.key)}`,
  );
}

/** A hash in its stored form. */
export function foreignForm(hash: string): HashForm {
  parseForeignHash(hash);
  return { kind: 'foreign', hash };
}

/** Base64 as PHC strings have it. */
export function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
