import type { FastDigest } from './foreignHash.ts';

/** Verifies the hashes that an import keeps, by the rules of the systems that made them. */
export interface ForeignHasher {
  /**
   * Whether the hash is of this password. The password is tried as it was sent, then normalised: the other system may
   * have done either.
   *
   * bcrypt ignores what comes after 72 bytes, and repeats a shorter password with a zero byte in between. A password
   * that is longer or holds a zero byte is therefore always wrong: another one would have the same hash.
   *
   * @throws ForeignHashError when the text is no hash: the account is damaged, the password may be right.
   */
  verify(hash: string, password: string): Promise<boolean>;
}

/** Argon2id around a digest that is too fast to be kept. */
export type HashWrapper = (inner: FastDigest, hex: string) => Promise<string>;
