import { randomBytes } from 'node:crypto';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { normalizePassword } from '../core/password.ts';

/** Argon2id's cost (RFC 9106 §4): memory in KiB, passes, lanes. */
export interface Argon2Parameters {
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/** The OWASP Password Storage Cheat Sheet's first choice for Argon2id. */
export const owaspParameters: Argon2Parameters = { memoryCost: 19456, timeCost: 2, parallelism: 1 };

export interface PasswordHasher {
  /** A PHC string with a salt of its own. The password is normalised (NFKC) first. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the hash's. Does one Argon2 computation, on a thread of its own.
   *
   * @throws Error when the text is no Argon2 PHC string: a damaged account, not a wrong password.
   */
  verify(phc: string, password: string): Promise<boolean>;
  /** Whether the hash is weaker than a new one would be. A stronger one stays, so that two releases do not take turns. */
  needsRehash(phc: string): boolean;
  /**
   * A hash that no password has, to verify against where there is no account: the same parameters, so the same work. It
   * costs nothing to make: its digest is random bytes, of which nobody knows a password.
   */
  readonly dummyHash: string;
}

const argon2id = 2;
const version19 = 1;
const saltLength = 16;
const outputLength = 32;

export function createPasswordHasher(parameters: Argon2Parameters = owaspParameters): PasswordHasher {
  const options = { ...parameters, algorithm: argon2id, version: version19, outputLen: outputLength } as const;
  return {
    hash: (password) => hash(normalizePassword(password), options),
    verify: (phc, password) => verify(phc, normalizePassword(password)),
    needsRehash(phc) {
      const found = parseOptions(phc);
      return (
        found.algorithm !== argon2id ||
        found.version !== version19 ||
        found.memoryCost < parameters.memoryCost ||
        found.timeCost < parameters.timeCost ||
        found.saltLen < saltLength ||
        found.outputLen < outputLength
      );
    },
    dummyHash: phcString(parameters, randomBytes(saltLength), randomBytes(outputLength)),
  };
}

/** PHC string format: base64 without padding. */
function phcString({ memoryCost, timeCost, parallelism }: Argon2Parameters, salt: Buffer, digest: Buffer): string {
  const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${base64(salt)}$${base64(digest)}`;
}
