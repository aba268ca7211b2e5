import type { Account } from '../../core/accounts/account.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { passkeyId } from '../../core/factors/factor.ts';
import type { LimitDecision, LimitReceipt } from '../../core/limits/limitDecision.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { FactorProof } from '../factors/proveFactor.ts';
import { countAttempt, guessesInSession } from '../steps/countAttempt.ts';
import type { EnforceLimitDeps } from '../steps/enforceLimit.ts';

export type StepUpProof = FactorProof | { readonly method: 'password'; readonly password: string };

/**
 * Counts an attempt to step up, before it is looked at. Passwords and codes can be guessed. A passkey's signature
 * cannot: it is not counted, so that whoever stole an access token does not use up the owner's passkey.
 *
 * @returns what a right one takes back.
 * @throws ProblemError `rate_limited`, `unavailable`.
 */
export async function countStepUp(
  deps: EnforceLimitDeps,
  attempt: {
    readonly session: Session;
    readonly account: Account;
    readonly method: StepUpProof['method'];
    readonly from: RequestSource;
  },
): Promise<readonly LimitReceipt[]> {
  const { session, account, method, from } = attempt;
  if (method === 'webauthn') return [];
  return countAttempt(deps, guessesInSession(session), { from, account });
}

/** What counts a step-up that is proven: those by a passkey share no count with those of whoever has the password. */
export function provenStepUp(session: Session, proof: StepUpProof): LimitDecision {
  if (proof.method !== 'webauthn') return limitFor('provenStepUpPerSession', session);
  return limitFor('provenSignInPerPasskey', { sub: session.sub, factorId: passkeyId(proof.credential.id) });
}
