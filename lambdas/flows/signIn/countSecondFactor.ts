import type { Account } from '../../core/accounts/account.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { LimitReceipt } from '../../core/limits/limitDecision.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { FactorProof } from '../factors/proveFactor.ts';
import { countAttempt, countOnDevice } from '../steps/countAttempt.ts';
import type { EnforceLimitDeps } from '../steps/enforceLimit.ts';

/** A second factor that was counted. */
export interface CountedFactor {
  /** What a success takes back. */
  readonly receipts: readonly LimitReceipt[];
  /** The known device that it was counted for; undefined for one that goes the way of unknown devices. */
  readonly pairId: string | undefined;
}

const limitsFor = (subject: Account & { readonly pairId?: string }) =>
  [limitFor('secondFactorPerAccount', subject), limitFor('secondFactorPerMonth', subject)] as const;

/**
 * Counts an attempt at a second factor. Codes can be guessed, and are counted by known device, or else by account; a
 * device whose count is used up, maybe by a thief of its token, goes the way of any other. Signatures cannot be
 * guessed: whoever has the password sends as many as an `mfa_token` allows, and keeps no passkey out.
 *
 * @returns receipts among which the account's streak always is, so that a sign-in on a known device opens the account
 * to new devices again; the count over 30 days takes back no more than its own attempt.
 * @throws ProblemError `rate_limited`, `unavailable`.
 */
export async function countSecondFactor(
  deps: EnforceLimitDeps,
  attempt: {
    readonly account: Account;
    /** Of the known device that password and code come from. */
    readonly pairId: string | undefined;
    readonly method: FactorProof['method'];
    readonly from: RequestSource;
  },
): Promise<CountedFactor> {
  const { account, pairId, from } = attempt;
  if (attempt.method === 'webauthn') return { receipts: [], pairId };
  const onDevice = pairId === undefined ? undefined : await countOnDevice(deps, limitsFor({ ...account, pairId }));
  const ofAccount = limitFor('secondFactorPerAccount', account);
  if (onDevice) return { receipts: [...onDevice, { ...ofAccount, window: undefined }], pairId };
  const receipts = await countAttempt(deps, limitsFor(account), { from, account });
  return { receipts, pairId: undefined };
}
