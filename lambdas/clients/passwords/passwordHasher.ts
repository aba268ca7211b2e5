import { randomBytes } from 'node:crypto';
import { unavailable } from '../../core/common/errors.ts';
import { unmarkImported } from '../../core/hashes/importedHash.ts';
import type { ForeignHasher } from '../../core/hashes/ports.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { normalizePassword } from '../../core/passwords/password.ts';
import { joinPepperedHash, pepperPassword, splitPepperedHash } from '../../core/passwords/passwordPepper.ts';
import type { PasswordHasher } from '../../core/passwords/ports.ts';
import { loadArgon2, type NativeArgon2 } from './nativeArgon2.ts';

/** Argon2id's cost (RFC 9106 §4): memory in KiB, passes, lanes. */
export interface Argon2Parameters {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** The OWASP Password Storage Cheat Sheet's first choice for Argon2id. */
export const owaspParameters: Argon2Parameters = { memoryCost: 19456, timeCost: 2, parallelism: 1 };

export interface PasswordHasherOptions {
  /** @default OWASP's */
  readonly parameters?: Argon2Parameters;
  readonly pepper: {
    readonly keys: Pick<MacKeys, 'current' | 'find'>;
    /** Whether new hashes get the pepper. Hashes that have it are verified with it either way. */
    readonly applies: boolean;
  };
  /** Verifies hashes of other systems. @default none are */
  readonly foreign?: ForeignHasher;
}

const argon2id = 2;
const version19 = 1;
const saltLength = 16;
const outputLength = 32;

export function createPasswordHasher(options: PasswordHasherOptions): PasswordHasher {
  const { parameters = owaspParameters, pepper, foreign } = options;
  const argon2Options = { ...parameters, algorithm: argon2id, version: version19, outputLen: outputLength } as const;
  const dummy = phcString(parameters, randomBytes(saltLength), randomBytes(outputLength));
  const peppers = async (kid: string) => {
    const key = await pepper.keys.find(kid);
    if (!key) throw unavailable(new Error(`the pepper ${kid} is not in the ring`));
    return key;
  };
  return {
    async hash(given) {
      const password = normalizePassword(given);
      const { hash: argon2 } = await loadArgon2();
      if (!pepper.applies) return argon2(password, argon2Options);
      const key = await pepper.keys.current();
      return joinPepperedHash(await argon2(pepperPassword(password, key), argon2Options), key.kid);
    },
    async verify(hash, given) {
      const password = normalizePassword(given);
      const { verify: verifyArgon2 } = await loadArgon2();
      if (hash === undefined) {
        return verifyArgon2(dummy, pepper.applies ? pepperPassword(password, await pepper.keys.current()) : password);
      }
      const imported = unmarkImported(hash);
      if (imported !== undefined) {
        if (!foreign) throw unavailable(new Error('no hash of another system is verified here'));
        return foreign.verify(imported, given);
      }
      const peppered = splitPepperedHash(hash);
      if (!peppered) return verifyArgon2(hash, password);
      return verifyArgon2(peppered.phc, pepperPassword(password, await peppers(peppered.kid)));
    },
    async needsRehash(hash) {
      if (unmarkImported(hash) !== undefined) return true;
      const peppered = splitPepperedHash(hash);
      const isPeppered = peppered !== undefined;
      if (pepper.applies && peppered?.kid !== (await pepper.keys.current()).kid) return true;
      const { parseOptions } = await loadArgon2();
      return isWeaker(parseOptions(isPeppered ? peppered.phc : hash), parameters);
    },
  };
}

function isWeaker(found: ReturnType<NativeArgon2['parseOptions']>, parameters: Argon2Parameters): boolean {
  return (
    found.algorithm !== argon2id ||
    found.version !== version19 ||
    found.memoryCost < parameters.memoryCost ||
    found.timeCost < parameters.timeCost ||
    found.saltLen < saltLength ||
    found.outputLen < outputLength
  );
}

/** PHC string format: base64 without padding. The digest is random bytes, so no password is known that has it. */
function phcString({ memoryCost, timeCost, parallelism }: Argon2Parameters, salt: Buffer, digest: Buffer): string {
  const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${base64(salt)}$${base64(digest)}`;
}
