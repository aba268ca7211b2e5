import type { Account } from '../../core/accounts/account.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { passkeyId } from '../../core/factors/factor.ts';
import type { LimitDecision, LimitReceipt } from '../../core/limits/limitDecision.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { deviceOfSession } from '../../core/sessions/devicePair.ts';
import type { AccountsOnDevices } from '../../core/sessions/ports.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { FactorProof } from '../factors/proveFactor.ts';
import { countAttempt, countOnDevice, guessesInSession } from '../steps/countAttempt.ts';
import type { EnforceLimitDeps } from '../steps/enforceLimit.ts';

export type StepUpProof = FactorProof | { readonly method: 'password'; readonly password: string };

export interface CountStepUpDeps extends EnforceLimitDeps {
  readonly accountsOnDevices: Pick<AccountsOnDevices, 'find'>;
}

/**
 * Counts an attempt to step up, before it is looked at. Passwords and codes can be guessed. A passkey's signature
 * cannot: it is not counted, so that whoever stole an access token does not use up the owner's passkey. Codes are
 * counted over 30 days with those of sign-ins, too, by known device or else by account: a new session is no new count.
 *
 * @returns what a right one takes back.
 * @throws ProblemError `rate_limited`, `unavailable`.
 */
export async function countStepUp(
  deps: CountStepUpDeps,
  attempt: {
    readonly session: Session;
    readonly account: Account;
    readonly method: StepUpProof['method'];
    readonly from: RequestSource;
  },
): Promise<readonly LimitReceipt[]> {
  const { session, account, method, from } = attempt;
  if (method === 'webauthn') return [];
  const receipts = await countAttempt(deps, guessesInSession(session), { from, account });
  return method === 'password' ? receipts : [...receipts, ...(await countCode(deps, { session, account, from }))];
}

async function countCode(
  deps: CountStepUpDeps,
  { session, account, from }: { readonly session: Session; readonly account: Account; readonly from: RequestSource },
): Promise<readonly LimitReceipt[]> {
  const { pairs } = session.device
    ? await deps.accountsOnDevices.find(account.sub, session.device.hash)
    : { pairs: [] };
  const device = deviceOfSession(session, { account, pairs }, epochSeconds(deps.clock));
  const ofDevice = device && [limitFor('secondFactorPerMonth', { ...account, pairId: device.pairId })];
  const counted = ofDevice && (await countOnDevice(deps, ofDevice));
  return counted ?? countAttempt(deps, [limitFor('secondFactorPerMonth', account)], { from, account });
}

/** What counts a step-up that is proven: those by a passkey share no count with those of whoever has the password. */
export function provenStepUp(session: Session, proof: StepUpProof): LimitDecision {
  if (proof.method !== 'webauthn') return limitFor('provenStepUpPerSession', session);
  return limitFor('provenSignInPerPasskey', { sub: session.sub, factorId: passkeyId(proof.credential.id) });
}
