import { CliError } from './cliError.ts';

/** What a revocation allows for between two clocks. */
const toleratedMs = 2000;

/**
 * Refuses a clock that is not AWS's: what this tool revokes is dated by it, and a verifier would look for it too early or
 * too late.
 *
 * @param serverDate the `Date` of an answer (RFC 9110 §6.6.1), to the second
 * @throws CliError that names the difference and the remedy.
 */
export function refuseClockSkew(
  serverDate: string | undefined,
  local: { sentAtMs: number; receivedAtMs: number },
): void {
  const serverMs = Date.parse(serverDate ?? '');
  if (Number.isNaN(serverMs)) return;
  const behind = serverMs - local.receivedAtMs;
  const ahead = local.sentAtMs - (serverMs + 1000);
  const skewMs = Math.max(behind, ahead);
  if (skewMs <= toleratedMs) return;
  const seconds = Math.round(skewMs / 1000);
  throw new CliError(
    `this computer's clock is ${seconds} s ${ahead > behind ? 'ahead of' : 'behind'} AWS's: set it, and run this again`,
  );
}
