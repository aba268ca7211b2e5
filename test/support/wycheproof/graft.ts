import { constants, createHash, createPrivateKey, createPublicKey, privateEncrypt, publicDecrypt } from 'node:crypto';
import type { PrivateJwk } from '../../../lambdas/core/keys/jwk.ts';
import { publicHalf } from '../../../lambdas/core/keys/jwk.ts';
import type { Original } from './wycheproof.ts';

/**
 * Makes, of a good token, the mutation that a vector makes of its original. A part that the vector left as it was
 * becomes the token's, also inside what the vector put around it; a signature that the vector forged is forged again.
 *
 * @param key the key that signed both
 */
export function graft(jws: string, original: Original, token: string, key: PrivateJwk): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const replacements = [
    [original.header, header],
    [original.payload, payload],
    [original.signature, signature],
  ] as const;
  return jws
    .split('.')
    .map((part, position) => {
      const kept = replacements.find(([from]) => part.includes(from));
      if (kept) return part.replace(kept[0], kept[1]);
      const isForged = position === 2 && part.length > 40;
      return isForged ? forge(part, jws, original, token, key).toString('base64url') : part;
    })
    .join('.');
}

function forge(part: string, jws: string, original: Original, token: string, key: PrivateJwk): Buffer {
  const forged = Buffer.from(part, 'base64url');
  if (key.kty === 'RSA') return forgePadding(forged, jws, token, key);
  const [from, to] = [original.signature, token.split('.')[2] ?? ''].map((text) => Buffer.from(text, 'base64url'));
  return from && to ? forgeNumbers(forged, from, to) : forged;
}

/** The same malformed PKCS #1 block, around the hash of the token. */
function forgePadding(forged: Buffer, jws: string, token: string, key: PrivateJwk): Buffer {
  const publicKey = createPublicKey({ key: publicHalf(key), format: 'jwk' });
  const padding = constants.RSA_NO_PADDING;
  try {
    const block = publicDecrypt({ key: publicKey, padding }, forged);
    const at = block.indexOf(hashOf(jws));
    if (at < 0) return forged;
    hashOf(token).copy(block, at);
    return privateEncrypt({ key: createPrivateKey({ key, format: 'jwk' }), padding }, block);
  } catch {
    // Not a number below the modulus, so there is no block in it.
    return forged;
  }
}

function hashOf(jws: string): Buffer {
  return createHash('sha256')
    .update(jws.slice(0, jws.lastIndexOf('.')))
    .digest();
}

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The same numbers in place of r and s, those that were made of the good r and s made of the token's. */
function forgeNumbers(forged: Buffer, from: Buffer, to: Buffer): Buffer {
  const half = forged.length / 2;
  if (!Number.isInteger(half)) return forged;
  const [goodR, goodS] = numbersOf(from);
  const [ourR, ourS] = numbersOf(to);
  const known = new Map<bigint, bigint>();
  for (const offset of [0n, order]) {
    known.set(goodR + offset, ourR + offset);
    known.set(goodS + offset, ourS + offset);
    known.set(order - goodS + offset, order - ourS + offset);
  }
  const parts = numbersOf(forged).map((number) => {
    const replaced = (known.get(number) ?? number).toString(16).padStart(half * 2, '0');
    return Buffer.from(replaced, 'hex');
  });
  return Buffer.concat(parts);
}

function numbersOf(signature: Buffer): [bigint, bigint] {
  const half = signature.length / 2;
  const number = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`);
  return [number(signature.subarray(0, half)), number(signature.subarray(half))];
}
