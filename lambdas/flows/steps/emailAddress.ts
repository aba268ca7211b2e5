import { normalizeEmailAddress } from '../../core/common/emailAddress.ts';
import { ProblemError } from '../../core/common/errors.ts';

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
