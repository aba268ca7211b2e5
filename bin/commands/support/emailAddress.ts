import { normalizeEmailAddress } from '../../../lambdas/core/common/emailAddress.ts';
import { CliError } from './cliError.ts';

/** An address from the command line, normalised. */
export function emailAddress(text: string): string {
  const email = normalizeEmailAddress(text);
  if (email === undefined) throw new CliError(`${text} is no e-mail address`);
  return email;
}
