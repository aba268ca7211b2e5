import { mailableAddress, normalizeEmailAddress } from '../../core/common/emailAddress.ts';
import { ProblemError } from '../../core/common/errors.ts';

/**
 * The address that an account is to get, normalised.
 *
 * @throws ProblemError `invalid_request` for a text that is no address, or one that no mail is sent to.
 */
export function requireMailableAddress(text: string, field = 'email'): string {
  const email = requireEmailAddress(text, field);
  if (mailableAddress(email) !== undefined) return email;
  const message = 'No mail can be sent to letters beyond ASCII before the @: use another address';
  throw new ProblemError('invalid_request', { errors: [{ field, message }] });
}

/**
 * The address that a request names, normalised.
 *
 * @throws ProblemError `invalid_request` for a text that is no address.
 */
export function requireEmailAddress(text: string, field = 'email'): string {
  const email = normalizeEmailAddress(text);
  if (email === undefined) {
    throw new ProblemError('invalid_request', { errors: [{ field, message: 'Not an e-mail address' }] });
  }
  return email;
}
