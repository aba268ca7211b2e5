import { hmacText } from '../common/digests.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { subkey } from '../keys/subkey.ts';

/**
 * The text that is hashed instead of a password where there is a pepper: its HMAC-SHA256 under a key that the table
 * does not hold, in base64url. Without the key, a copy of the table is not enough to try a single password.
 *
 * @param password normalised
 */
export function pepperPassword(password: string, key: MacKey): string {
  return hmacText(pepperOf(key), password);
}

function pepperOf({ key }: MacKey): Buffer {
  return subkey('password-pepper', key);
}

/**
 * The `keyid` by which a hash names its pepper, and the key in hexadecimal: another system needs both to verify the
 * hash.
 */
export function exportedPepper(key: MacKey): readonly [keyId: string, hex: string] {
  return [keyIdOf(key.kid), pepperOf(key).toString('hex')];
}

const keyId = /^(?<before>\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+),keyid=(?<kid>[A-Za-z0-9+/]+)(?<after>\$.*)$/;

/**
 * The parts of a peppered hash: a PHC string that verifies the peppered password, and the key; undefined for any other.
 */
export function splitPepperedHash(hash: string): { readonly phc: string; readonly kid: string } | undefined {
  const { before, kid, after } = keyId.exec(hash)?.groups ?? {};
  if (before === undefined || kid === undefined || after === undefined) return undefined;
  return { phc: `${before}${after}`, kid: kid.replaceAll('+', '-').replaceAll('/', '_') };
}

/** Puts the `kid` into the PHC string as its `keyid`. PHC uses the other alphabet of base64. */
export function joinPepperedHash(phc: string, kid: string): string {
  return phc.replace(/^(\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+)\$/, `$1,keyid=${keyIdOf(kid)}$`);
}

function keyIdOf(kid: string): string {
  return kid.replaceAll('-', '+').replaceAll('_', '/');
}
