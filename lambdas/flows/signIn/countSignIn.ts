import type { Account } from '../../core/accounts/account.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { LimitReceipt } from '../../core/limits/limitDecision.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { OrderedLimits } from '../../core/limits/ports.ts';
import type { KnownDevice } from '../../core/sessions/devicePair.ts';
import { countOnDevice } from '../steps/countAttempt.ts';
import { type EnforceLimitDeps, enforceLimit, limitRefusal } from '../steps/enforceLimit.ts';

/** An attempt that was counted. */
export interface CountedAttempt {
  /** What a success takes back. */
  readonly receipts: readonly LimitReceipt[];
  /** The known device that it was counted for; undefined for one that goes the way of unknown devices. */
  readonly device: KnownDevice | undefined;
}

interface Attempt {
  /** That the account knows. */
  readonly device: KnownDevice | undefined;
  readonly from: RequestSource;
}

/**
 * Counts an attempt with a passkey alone: on a known device by the device, otherwise by source address. Nobody guesses
 * a signature, so no count of the account could keep out more than its owner.
 *
 * @throws ProblemError `rate_limited`, `unavailable`.
 */
export async function countPasskeyAttempt(deps: EnforceLimitDeps, attempt: Attempt): Promise<CountedAttempt> {
  const { device, from } = attempt;
  const onDevice = device && (await countOnDevice(deps, [limitFor('signInPerDevice', device)]));
  if (onDevice) return { receipts: onDevice, device };
  return { receipts: [await enforceLimit(deps, { ...limitFor('signInPerAddress', from), from })], device: undefined };
}

/**
 * Counts a right password on a device that is not known, or whose own count has no room: nobody can use an account of
 * theirs to cause hashes, sessions and mails without end. Whoever knows the password has no part in the counts of known
 * devices, of passkeys and of the next password. Where a session begins with it, the device may become a known one,
 * which has a count of its own.
 *
 * @returns whether the device may become known.
 * @throws ProblemError `rate_limited`, `unavailable`.
 */
export async function countProvenPassword(
  deps: EnforceLimitDeps & { readonly limits: OrderedLimits },
  { account, from }: { readonly account: Account; readonly from: RequestSource },
): Promise<boolean> {
  const begins = account.factorMethods.length === 0;
  const { refusal } = await deps.limits.consumeInOrder([
    limitFor('provenSignInPerAccount', account),
    ...(begins ? [limitFor('newDevicesPerAccount', account)] : []),
  ]);
  if (refusal && refusal.limit !== 'newDevicesPerAccount') throw await limitRefusal(deps, { from, account }, refusal);
  return !refusal;
}
