import { mailableAddress, normalizeEmailAddress } from '../../../lambdas/core/common/emailAddress.ts';
import { CliError } from './cliError.ts';

/** An address from the command line, normalised. */
export function emailAddress(text: string): string {
  const email = normalizeEmailAddress(text);
  if (email === undefined) throw new CliError(`${text} is no e-mail address`);
  return email;
}

/** One that an account is to get. */
export function newEmailAddress(text: string): string {
  const email = emailAddress(text);
  if (mailableAddress(email) === undefined) {
    throw new CliError(`No mail can be sent to ${email}: letters beyond ASCII before the @`);
  }
  return email;
}
