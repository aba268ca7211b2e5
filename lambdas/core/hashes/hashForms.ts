import { splitPepperedHash } from '../passwords/passwordPepper.ts';
import { fromBase64, fromHex } from './encodings.ts';
import { ForeignHashError, parseForeignHash } from './foreignHash.ts';
import { fastForm, foreignForm, type HashForm, pbkdf2Form, scryptForm } from './makeForm.ts';
import { inBraces, springScrypt } from './springForms.ts';

type Reader = (text: string) => HashForm | undefined;

/**
 * Reads PHC strings, bcrypt, and the forms of passlib, Django, Werkzeug, Spring Security and LDAP.
 *
 * @throws ForeignHashError for any other text, or a hash whose cost is out of bounds.
 */
export function readHashForm(text: string): HashForm {
  for (const read of [own, passlib, inBraces, springScrypt, prefixed, django, werkzeug]) {
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

/** Django's prefix, which repeats what the form says: `bcrypt$$2b$…`, `argon2$argon2id$…`. */
const prefixed: Reader = (text) => {
  const rest = /^(?:bcrypt\$|argon2(?=\$argon2))(\$.+)$/i.exec(text)?.[1];
  return rest === undefined ? undefined : foreignForm(rest);
};

/**
 * `$pbkdf2-sha256$rounds$salt$key`, with a dot for a plus; PHC's `i=…,l=…`; OpenLDAP's
 * `{PBKDF2-SHA256}rounds$salt$key`.
 */
const passlib: Reader = (text) => {
  const pattern = /^[${]pbkdf2(?:-(sha1|sha256|sha512))?[$}](?:i=)?(\d+)(?:,l=(\d+))?\$([\w./+]*)\$([\w./+]+)$/i;
  const [, digest = 'sha1', rounds = '', length, salt = '', key = ''] = pattern.exec(text) ?? [];
  if (key === '') return undefined;
  const plus = (ab64: string) => ab64.replaceAll('.', '+');
  if (length !== undefined && fromBase64(plus(key))?.length !== Number(length)) {
    throw new ForeignHashError('hash_unknown', 'this hash is not as long as it says');
  }
  return foreignForm(`$pbkdf2-${digest.toLowerCase()}$i=${rounds}$${plus(salt)}$${plus(key)}`);
};

/** The lengths of Django's keys: a column that was too narrow cuts a hash off, which then opens for nobody. */
const djangoKeyBytes = { sha1: 20, sha256: 32 } as const;

/**
 * `pbkdf2_sha256$rounds$salt$key`, `scrypt$N$salt$r$p$key`, `md5$salt$hex`, `unsalted_md5$$hex`: the salt is text, the
 * key base64.
 */
const django: Reader = (text) => {
  const [name = '', ...parts] = text.split('$');
  const digest = /^pbkdf2_(sha1|sha256)$/.exec(name)?.[1];
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = parts;
  if (digest === 'sha1' || digest === 'sha256') {
    const key = fromBase64(third);
    const whole = key?.length === djangoKeyBytes[digest] && parts.length === 3;
    return pbkdf2Form({ digest, rounds: first, salt: Buffer.from(second), key: whole ? key : undefined });
  }
  if (name === 'scrypt' && parts.length === 5) {
    return scryptForm({ N: first, salt: Buffer.from(second), r: third, p: fourth, key: fromBase64(fifth) });
  }
  const fast = /^(?:unsalted_)?(md5|sha1)$/.exec(name)?.[1];
  if ((fast === 'md5' || fast === 'sha1') && parts.length === 2) {
    return fastForm(fast, { before: Buffer.from(first), key: fromHex(second) });
  }
  return undefined;
};

/** `pbkdf2:sha256:rounds$salt$hex`, `scrypt:N:r:p$salt$hex`: the salt is text. */
const werkzeug: Reader = (text) => {
  const [method = '', salt = '', hex = ''] = text.split('$');
  const [name, first = '', second = '', third = ''] = method.split(':');
  const key = fromHex(hex);
  if (name === 'scrypt') return scryptForm({ N: first, salt: Buffer.from(salt), r: second, p: third, key });
  if (name !== 'pbkdf2' || (first !== 'sha1' && first !== 'sha256' && first !== 'sha512')) return undefined;
  return pbkdf2Form({ digest: first, rounds: second, salt: Buffer.from(salt), key });
};
