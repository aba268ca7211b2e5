import type { FieldError } from '../contract/problems.ts';
import { localPartOf } from './emailAddress.ts';
import { countCodePoints, normalizePassword } from './password.ts';

/** Code points; a bound on work, far above the 64 that must be accepted. */
const maximumPasswordLength = 256;
const lowestMinimumLength = 8;
const longestTrivialUnit = 4;

export interface PasswordRules {
  /** Code points; never under 8. */
  readonly minimumLength: number;
}

/** Without a second factor: NIST SP 800-63B-4 §3.1.1.2. */
export const defaultPasswordRules: PasswordRules = { minimumLength: 15 };

/**
 * Why a password may not be set, as field errors; empty when it may. There are no composition rules.
 *
 * @param input.email normalised address of the account
 * @throws RangeError when the configured minimum is under 8.
 */
export function checkPasswordPolicy(
  input: { readonly password: string; readonly email: string },
  { minimumLength }: PasswordRules = defaultPasswordRules,
): FieldError[] {
  if (!(minimumLength >= lowestMinimumLength)) throw new RangeError('the minimum length of a password is under 8');
  const password = normalizePassword(input.password);
  const length = countCodePoints(password);
  const failures = [
    length < minimumLength && `Use at least ${minimumLength} characters.`,
    length > maximumPasswordLength && `Use at most ${maximumPasswordLength} characters.`,
    !password.isWellFormed() && 'Use text only: this contains half of a character.',
    isAddress(password, input.email) && 'Do not use your e-mail address or the part before the @.',
    isTrivialRepetition(password) && 'Do not repeat a few characters over and over.',
  ];
  return failures.filter((message) => message !== false).map((message) => ({ field: 'password', message }));
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
