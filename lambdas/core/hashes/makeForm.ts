import { unpadded } from './encodings.ts';
import { type FastDigest, ForeignHashError, type Pbkdf2Digest, parseForeignHash } from './foreignHash.ts';

/** How an import stores a hash that another system wrote. */
export type HashForm =
  /** Of a Gatehouse, under the pepper that it names. */
  | { readonly kind: 'own'; readonly hash: string; readonly kid: string }
  /** Kept as it is, in the one form that `parseForeignHash` reads. */
  | { readonly kind: 'foreign'; readonly hash: string }
  /** Too fast to be kept: the import stores Argon2id of its digest (hexadecimal). */
  | { readonly kind: 'fast'; readonly inner: FastDigest; readonly hex: string };

/** Bytes that a text should have been, or undefined when it is not. */
type Decoded = Buffer | undefined;

/** A hash in its stored form. */
export function foreignForm(hash: string): HashForm {
  parseForeignHash(hash);
  return { kind: 'foreign', hash };
}

/** PBKDF2, in the form in which it is kept. */
export function pbkdf2Form(input: { digest: Pbkdf2Digest; rounds: string; salt: Decoded; key: Decoded }): HashForm {
  const [salt, key] = [decoded(input.salt), decoded(input.key)];
  return foreignForm(`$pbkdf2-${input.digest}$i=${input.rounds}$${unpadded(salt)}$${unpadded(key)}`);
}

export function scryptForm(input: { N: string; r: string; p: string; salt: Decoded; key: Decoded }): HashForm {
  const ln = Math.log2(Number(input.N));
  const [salt, key] = [decoded(input.salt), decoded(input.key)];
  return foreignForm(`$scrypt$ln=${ln},r=${input.r},p=${input.p}$${unpadded(salt)}$${unpadded(key)}`);
}

export const fastDigestLengths = { md5: 16, sha1: 20, sha256: 32, sha512: 64 } as const;

const longestFastSalt = 256;

export function fastForm(
  digest: FastDigest['digest'],
  input: { before?: Decoded; key: Decoded; after?: Decoded },
): HashForm {
  const none = Buffer.alloc(0);
  const { before = none, key, after = none } = input;
  if (decoded(key).length !== fastDigestLengths[digest] || before.length + after.length > longestFastSalt) {
    throw new ForeignHashError('hash_unknown', `this is no ${digest}`);
  }
  return { kind: 'fast', inner: { digest, before, after }, hex: decoded(key).toString('hex') };
}

/** The stored form of a wrapped digest: how the digest was made, then the PHC string of Argon2id. */
export function wrappedForm({ digest, before, after }: FastDigest, argon2id: string): string {
  const salts = [before.length > 0 && `$before=${unpadded(before)}`, after.length > 0 && `$after=${unpadded(after)}`];
  return `$argon2id-${digest}${salts.filter(Boolean).join('')}${argon2id}`;
}

/** Never a part of the bytes: a hash that is cut off would be kept, and open for nobody. */
function decoded(bytes: Decoded): Buffer {
  if (bytes) return bytes;
  throw new ForeignHashError('hash_unknown', 'this hash is cut off, or neither hexadecimal nor base64');
}
