import type { Account } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { FactorSignIn, Factors, MfaAttempts, UsedUp } from '../../core/factors/ports.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import type { LimitReceipt } from '../../core/limits/limitDecision.ts';
import type { LimitRefunds } from '../../core/limits/ports.ts';
import type { IssuedTokens, SignInDelivery } from '../../core/sessions/delivery.ts';
import type { AccountsOnDevices } from '../../core/sessions/ports.ts';
import type { ProveFactorDeps, ProvenFactor, Unproven } from '../factors/proveFactor.ts';
import { usedUp } from '../factors/usedFactor.ts';
import type { EnforceLimitDeps } from '../steps/enforceLimit.ts';
import { completeSignIn, type IssuingDeps, type ProvenSubject } from './completeSignIn.ts';

export interface FactorSignInDeps extends IssuingDeps, ProveFactorDeps, EnforceLimitDeps {
  readonly credentialKeys: Pick<MacKeys, 'current' | 'find'>;
  readonly accountsOnDevices: Pick<AccountsOnDevices, 'find'>;
  readonly factors: Factors;
  readonly attempts: MfaAttempts;
  readonly signIns: Pick<FactorSignIn, 'start'>;
  readonly limitRefunds: LimitRefunds;
}

export interface FactorSignInRequest {
  /** Of the cookie or of the body. */
  readonly deviceToken: string | undefined;
  readonly from: RequestSource;
  readonly delivery: SignInDelivery;
}

/**
 * Starts the session of a subject whose factor is proven. It uses up the code or challenge of the factor, and the
 * `mfa_token`.
 *
 * @throws ProblemError `invalid_credentials` when any of it was used meanwhile; `unavailable`.
 */
export async function completeFactorSignIn(
  deps: FactorSignInDeps,
  proven: ProvenSubject & {
    readonly attempts: readonly LimitReceipt[];
    readonly proven: ProvenFactor;
    readonly singleUses: UsedUp['singleUses'];
    readonly request: FactorSignInRequest;
  },
): Promise<IssuedTokens> {
  const { account, request } = proven;
  const tokens = await completeSignIn(deps, {
    ...proven,
    ...request,
    start: ({ session, pair, credentialsChangedAt, event, notice }) => {
      const nowMs = deps.clock();
      const { used, events } = usedUp(proven.proven, { account, from: request.from, nowMs });
      const all = {
        factor: used.factor,
        singleUses: [...used.singleUses, ...proven.singleUses],
        notices: [...used.notices, ...(notice ? [notice] : [])],
      };
      return deps.signIns.start({ session, pair, credentialsChangedAt, used: all, events: [event, ...events], nowMs });
    },
  });
  await deps.limitRefunds.refund(proven.attempts);
  return tokens;
}

/** The refusal, once its reason is recorded: the caller does not learn it. */
export async function factorRefusal(
  deps: FactorSignInDeps,
  account: Account,
  { refused }: Unproven,
  from: RequestSource,
): Promise<ProblemError> {
  await deps.audit.record(
    accountEvent(account, { type: 'sign_in.failed', nowMs: deps.clock(), from, reason: refused }),
  );
  return wrongFactor();
}

export function wrongFactor(): ProblemError {
  return new ProblemError('invalid_credentials', { detail: 'The code or the passkey is wrong' });
}
