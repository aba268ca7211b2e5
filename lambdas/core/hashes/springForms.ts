import { fromBase64, fromHex } from './encodings.ts';
import { type FastDigestName, ForeignHashError } from './foreignHash.ts';
import { fastDigestLengths, fastForm, foreignForm, type HashForm, pbkdf2Form, scryptForm } from './makeForm.ts';

/**
 * What Spring Security's `DelegatingPasswordEncoder` writes (`PasswordEncoderFactories`), and LDAP directories
 * (RFC 2307 §5.3, and OpenLDAP's schemes): the scheme in braces, then its own form.
 */
export function inBraces(text: string): HashForm | undefined {
  const [, name = '', rest = ''] = /^\{([\w.@-]+)\}(.+)$/s.exec(text) ?? [];
  if (name === '') return undefined;
  const scheme = name.replace(/@SpringSecurity_v\d+_\d+$/, '');
  if (/^(?:bcrypt|argon2|crypt|blf-crypt)$/i.test(scheme) && rest.startsWith('$')) return plainForm(rest, text);
  if (scheme === 'ldap') return inBraces(rest);
  if (scheme === 'pbkdf2') return springPbkdf2(rest, { isNew: name !== scheme });
  if (scheme === 'scrypt') return springScrypt(rest);
  return digest(name, rest);
}

/** `{crypt}` may hold any form of crypt(3): what is not read is named by all of the text. */
function plainForm(rest: string, text: string): HashForm {
  return foreignForm(/^\$(?:2[aby]|argon2)/.test(rest) ? rest : text);
}

/** Hexadecimal of salt and key. What the id does not say are the defaults of `Pbkdf2PasswordEncoder`. */
function springPbkdf2(rest: string, { isNew }: { isNew: boolean }): HashForm {
  const { digest, rounds, saltBytes } = isNew
    ? ({ digest: 'sha256', rounds: '310000', saltBytes: 16 } as const)
    : ({ digest: 'sha1', rounds: '185000', saltBytes: 8 } as const);
  const bytes = fromHex(rest);
  if (bytes?.length !== saltBytes + 32) {
    throw new ForeignHashError(
      'hash_unknown',
      "Spring's PBKDF2 with other settings than its defaults is not read here",
    );
  }
  return pbkdf2Form({ digest, rounds, salt: bytes.subarray(0, saltBytes), key: bytes.subarray(saltBytes) });
}

/** `$e0801$salt$key`: log2(N), r and p in one hexadecimal number, then base64. */
export function springScrypt(text: string): HashForm | undefined {
  const [, parameters, salt = '', key = ''] =
    /^\$([0-9a-f]{5,6})\$([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  if (parameters === undefined) return undefined;
  const bits = Number.parseInt(parameters, 16);
  const [N, r, p] = [2 ** (bits >> 16), (bits >> 8) & 0xff, bits & 0xff].map(String);
  return scryptForm({ N: N ?? '', r: r ?? '', p: p ?? '', salt: fromBase64(salt), key: fromBase64(key) });
}

/** A digest without salt, one that the salt follows, or Spring's own: the salt in braces, which belong to it. */
const digests: Readonly<Record<string, { readonly digest: FastDigestName; readonly salted?: true }>> = {
  MD5: { digest: 'md5' },
  SMD5: { digest: 'md5', salted: true },
  SHA: { digest: 'sha1' },
  SSHA: { digest: 'sha1', salted: true },
  'SHA-1': { digest: 'sha1' },
  SHA256: { digest: 'sha256' },
  SSHA256: { digest: 'sha256', salted: true },
  'SHA-256': { digest: 'sha256' },
  SHA512: { digest: 'sha512' },
  SSHA512: { digest: 'sha512', salted: true },
  'SHA-512': { digest: 'sha512' },
};

function digest(name: string, rest: string): HashForm | undefined {
  // Spring's StandardPasswordEncoder has the id `sha256`, in small letters, and is no plain SHA-256.
  const known = name === 'sha256' ? undefined : digests[name.toUpperCase()];
  if (!known) return undefined;
  const [, salt, hex = ''] = /^(\{[^{}]*\})([0-9a-f]+)$/i.exec(rest) ?? [];
  if (salt !== undefined) return fastForm(known.digest, { key: fromHex(hex), after: Buffer.from(salt) });
  const length = fastDigestLengths[known.digest];
  const bytes = (isHexOf(rest, { length, salted: known.salted ?? false }) ? fromHex : fromBase64)(rest);
  if (!known.salted) return fastForm(known.digest, { key: bytes });
  if (!bytes || bytes.length <= length) {
    throw new ForeignHashError('hash_unknown', `this {${name.toUpperCase()}} is cut off, or has no salt`);
  }
  return fastForm(known.digest, { key: bytes.subarray(0, length), after: bytes.subarray(length) });
}

/**
 * As base64, hexadecimal digits alone would be bytes of another number: chance does not make so many of them. So a
 * digest without its salt is not taken for a shorter one with salt.
 */
function isHexOf(text: string, { length, salted }: { length: number; salted: boolean }): boolean {
  const bytes = text.length / 2;
  return /^[0-9a-f]+$/i.test(text) && (salted ? bytes >= length : bytes === length);
}
