import { CliError } from '../support/cliError.ts';
import { printable } from '../support/output.ts';

const named = 10;

/** @throws CliError that names accounts which were passed over, once the others have been shown. */
export function refuseUnreadable(subs: readonly string[]): void {
  if (subs.length === 0) return;
  const names = [...subs.slice(0, named).map(printable), ...(subs.length > named ? ['…'] : [])].join(', ');
  throw new CliError(`${subs.length} accounts cannot be read by this release, and were passed over: ${names}`);
}
