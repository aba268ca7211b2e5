import type { Account } from '../../core/accounts/account.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import type { LimitReceipt } from '../../core/limits/limitDecision.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { KnownDevice } from '../../core/sessions/devicePair.ts';
import { countOnDevice } from '../steps/countAttempt.ts';
import { type EnforceLimitDeps, enforceLimit } from '../steps/enforceLimit.ts';

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
 * Counts an attempt with a password. A known device has a count of its own, which nobody else can use up: no attacker
 * locks the owner out. Everybody else is counted by source address, by account and source address, and by account; in
 * this order, so that an attempt that one limit refuses does not use up the next.
 *
 * @throws ProblemError `rate_limited`, `unavailable`.
 */
export async function countPasswordAttempt(
  deps: EnforceLimitDeps,
  attempt: Attempt & {
    /** Normalised, or the text that was given for an address. */
    readonly email: string;
    readonly account: Account | undefined;
    readonly credentialKey: MacKey;
  },
): Promise<CountedAttempt> {
  const counted = await countedOnDevice(deps, attempt.device);
  if (counted) return counted;
  const { email, account, from, credentialKey: key } = attempt;
  const tried = { email, account, key };
  const receipts = [
    await enforceLimit(deps, { ...limitFor('signInPerAddress', from), from }),
    await enforceLimit(deps, {
      ...limitFor('signInPerAccountAndAddress', { ...tried, ip: from.ip }),
      from,
      account,
    }),
    await enforceLimit(deps, { ...limitFor('signInPerAccount', tried), from, account }),
  ];
  return { receipts, device: undefined };
}

/**
 * Counts an attempt with a passkey alone: on a known device by the device, otherwise by source address. Nobody guesses
 * a signature, so no count of the account could keep out more than its owner.
 *
 * @throws ProblemError `rate_limited`, `unavailable`.
 */
export async function countPasskeyAttempt(deps: EnforceLimitDeps, attempt: Attempt): Promise<CountedAttempt> {
  const counted = await countedOnDevice(deps, attempt.device);
  if (counted) return counted;
  const { from } = attempt;
  return { receipts: [await enforceLimit(deps, { ...limitFor('signInPerAddress', from), from })], device: undefined };
}

/**
 * Counts a right password: nobody can use an account of theirs to cause hashes, sessions and mails without end. Whoever
 * knows the password has no part in the counts of known devices, of passkeys and of the next password.
 *
 * @returns the known device that it was counted for.
 * @throws ProblemError `rate_limited`, `unavailable`.
 */
export async function countProvenPassword(
  deps: EnforceLimitDeps,
  { account, device, from }: Attempt & { readonly account: Account },
): Promise<KnownDevice | undefined> {
  if (device && (await countOnDevice(deps, [limitFor('provenSignInPerDevice', device)]))) return device;
  await enforceLimit(deps, { ...limitFor('provenSignInPerAccount', account), from, account });
  return undefined;
}

/** Undefined also for an unknown device. */
async function countedOnDevice(
  deps: EnforceLimitDeps,
  device: KnownDevice | undefined,
): Promise<CountedAttempt | undefined> {
  const receipts = device && (await countOnDevice(deps, [limitFor('signInPerDevice', device)]));
  return receipts && { receipts, device };
}
