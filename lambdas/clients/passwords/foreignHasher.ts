import { createCipheriv, createHash, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { type FastDigest, type ForeignHash, parseForeignHash, type ScryptCost } from '../../core/hashes/foreignHash.ts';
import type { ForeignHasher } from '../../core/hashes/ports.ts';
import { normalizePassword } from '../../core/passwords/password.ts';
import { loadArgon2 } from './nativeArgon2.ts';

export function createForeignHasher(): ForeignHasher {
  return {
    async verify(text, password) {
      const hash = parseForeignHash(text);
      for (const form of new Set([password, normalizePassword(password)])) {
        if (await matches(hash, form)) return true;
      }
      return false;
    },
  };
}

async function matches(hash: ForeignHash, password: string): Promise<boolean> {
  switch (hash.scheme) {
    case 'argon2':
      return (await loadArgon2()).verify(hash.hash, password);
    case 'bcrypt': {
      const { truncates, compare: verifyBcrypt } = await import('bcryptjs');
      if (!hash.prehashed && (truncates(password) || password.includes('\0'))) return false;
      return verifyBcrypt(hash.prehashed ? createHash('sha256').update(password).digest('hex') : password, hash.hash);
    }
    case 'pbkdf2': {
      const { salt, iterations, key, digest } = hash;
      return timingSafeEqual(await derivePbkdf2(password, salt, iterations, key.length, digest), key);
    }
    case 'scrypt':
      return timingSafeEqual(await deriveScrypt(password, hash.salt, hash.key.length, hash.cost), hash.key);
    case 'firebase-scrypt':
      return timingSafeEqual(await deriveFirebaseScrypt(password, hash), hash.key);
    case 'wrapped':
      return (await loadArgon2()).verify(hash.hash, fastDigest(password, hash.inner));
  }
}

/** The digest in hexadecimal: the text that Argon2id has hashed. */
function fastDigest(password: string, { digest, before, after }: FastDigest): string {
  return createHash(digest).update(before).update(password).update(after).digest('hex');
}

function derivePbkdf2(password: string, salt: Buffer, iterations: number, length: number, digest: string) {
  return new Promise<Buffer>((resolve, reject) => {
    pbkdf2(password, salt, iterations, length, digest, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function deriveScrypt(password: string, salt: Buffer, length: number, { N, r, p }: ScryptCost): Promise<Buffer> {
  const maxmem = 128 * r * (N + p + 2);
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, { N, r, p, maxmem }, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/**
 * Firebase's variant: the derived key encrypts the project's signer key, with AES-256 in counter mode from zero. What
 * an import keeps has the signer key taken out of it (both are XORed), which leaves the key stream.
 */
async function deriveFirebaseScrypt(
  password: string,
  { salt, key, cost }: { readonly salt: Buffer; readonly key: Buffer; readonly cost: ScryptCost },
): Promise<Buffer> {
  const derived = await deriveScrypt(password, salt, 32, cost);
  return createCipheriv('aes-256-ctr', derived, Buffer.alloc(16)).update(Buffer.alloc(key.length));
}
