import { CliError } from './cliError.ts';

/** What a revocation allows for between two clocks. */
const toleratedMs = 2000;

/**
 * Refuses to go on when this computer's clock differs from AWS's. The clock dates the revocations that this tool
 * writes, and verifiers would look for them too early or too late.
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
