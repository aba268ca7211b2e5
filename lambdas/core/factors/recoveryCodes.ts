import { randomBytes } from 'node:crypto';
import { typedCode } from '../../contract/typedCode.ts';
import { sha256Text } from '../common/digests.ts';

/** Crockford's base 32: no letter that is taken for a digit. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const codeLength = 16;

/** How many there are in a set. */
const recoveryCodeCount = 10;

/** A set of codes of 80 random bits each, in four groups, to be shown once. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: recoveryCodeCount }, () => {
    // 256 is a multiple of 32: no character is likelier than another.
    const characters = Array.from(randomBytes(codeLength), (byte) => alphabet.charAt(byte % alphabet.length));
    return characters.join('').replace(/(.{4})(?=.)/g, '$1-');
  });
}

/**
 * What is kept of a code: SHA-256 over subject and code, base64url. The code is as random as a key, so no slow hash is
 * needed. Of what is typed letters and digits count, in whichever case; `o` is read as `0`, `i` and `l` as `1`.
 */
export function hashRecoveryCode(code: string, sub: string): string {
  const typed = typedCode(code).replaceAll('o', '0').replace(/[il]/g, '1');
  return sha256Text(JSON.stringify(['gatehouse recovery code 1', sub, typed]));
}
