import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../../core/accounts/account.ts';
import { accountEvent, subjectRefusal } from '../../core/audit/auditEvent.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { FactorSignIn, Factors, UsedUp } from '../../core/factors/ports.ts';
import type { SigningKeys } from '../../core/keys/ports.ts';
import type { LimitRefunds } from '../../core/limits/ports.ts';
import type { PasswordHasher } from '../../core/passwords/ports.ts';
import { type Authentication, passwordAuthentication, withSecondFactor } from '../../core/sessions/authentication.ts';
import type { IssuedAccessToken } from '../../core/sessions/delivery.ts';
import type { TokenSettings } from '../../core/sessions/issuedTokens.ts';
import type { SessionReader } from '../../core/sessions/ports.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { isLive, type Session } from '../../core/sessions/session.ts';
import { sessionClaims } from '../../core/sessions/sessionClaims.ts';
import { issueAccessToken } from '../../core/tokens/issueAccessToken.ts';
import { type ProveFactorDeps, type ProvenFactor, proveFactor, type Unproven } from '../factors/proveFactor.ts';
import { usedUp } from '../factors/usedFactor.ts';
import { enforceLimit } from '../steps/enforceLimit.ts';
import { type CountStepUpDeps, countStepUp, provenStepUp, type StepUpProof } from './countStepUp.ts';
import { tellOfWrongCode, type WrongCodeDeps } from './wrongCodes.ts';

export interface StepUpDeps extends ProveFactorDeps, CountStepUpDeps, WrongCodeDeps {
  readonly limitRefunds: LimitRefunds;
  readonly sessions: Pick<SessionReader, 'read'>;
  readonly factors: Factors;
  readonly hasher: Pick<PasswordHasher, 'verify'>;
  readonly signIns: Pick<FactorSignIn, 'stepUp'>;
  readonly signingKeys: SigningKeys;
  readonly settings: TokenSettings;
}

export interface StepUpRequest {
  readonly principal: Pick<Principal, 'sub' | 'sid'>;
  readonly proof: StepUpProof;
  readonly from: RequestSource;
}

/**
 * Authenticates a subject again within the session (OIDC Core §2: `auth_time`, `acr`, `amr` speak of one and the same
 * event). So a password steps up to `aal1` only, even in a session that began with `aal2`: otherwise a fresh password
 * would pass for a fresh second factor. A factor steps up to `aal2`: the session counts as the first factor. A passkey
 * has to verify its user then, unless it signs what was made for an `mfa_token`, after the password.
 *
 * The client keeps its refresh token; only the access token is new.
 *
 * @throws ProblemError `invalid_token` when the session is over; `invalid_credentials`; `rate_limited`; `unavailable`.
 */
export async function stepUp(deps: StepUpDeps, request: StepUpRequest): Promise<IssuedAccessToken> {
  const { clock, settings } = deps;
  const { principal, from } = request;
  const takenAt = epochSeconds(clock);
  const key = await deps.signingKeys.current();
  const { session, account } = await deps.sessions.read(principal);
  if (!session || !isLive(session, takenAt) || account?.status !== 'active' || account.sessionEpoch !== session.epoch) {
    throw new ProblemError('invalid_token');
  }
  const attempts = await countStepUp(deps, { session, account, method: request.proof.method, from });
  const proven = await prove(deps, account, request.proof);
  if ('refused' in proven) {
    const { method } = request.proof;
    if (method === 'totp' || method === 'recovery_code') await tellOfWrongCode(deps, account, from);
    throw await refusal(deps, request, { account, reason: proven.refused });
  }
  await enforceLimit(deps, { ...provenStepUp(session, request.proof), from, account });
  const stepped = { ...session, ...authenticationOf(session, proven), authTime: takenAt };
  const nowMs = clock();
  const { used, events } = 'use' in proven ? usedUp(proven, { account, from, nowMs }) : { used: nothing, events: [] };
  const event = steppedUp(stepped, account, from, nowMs);
  const { credentialsChangedAt } = account;
  const change = { session: stepped, credentialsChangedAt, used, events: [event, ...events], nowMs };
  const held = await deps.signIns.stepUp(change);
  if (!held) throw await refusal(deps, request, { account, reason: 'used_or_ended' });
  await deps.limitRefunds.refund(attempts);
  const { accessToken } = issueAccessToken({ of: sessionClaims(stepped, account, takenAt), key, settings });
  return { sid: stepped.sid, accessToken, accessTokenTtlSeconds: settings.accessTokenTtlSeconds };
}

/** A password is not used up. */
const nothing: UsedUp = { factor: undefined, singleUses: [], notices: [] };

type ProvenPassword = { readonly password: true };

async function prove(
  deps: StepUpDeps,
  account: Account,
  proof: StepUpProof,
): Promise<ProvenFactor | ProvenPassword | Unproven> {
  if (proof.method === 'password') {
    const matches = await deps.hasher.verify(account.passwordHash, proof.password);
    return matches ? { password: true } : { refused: 'wrong_password' };
  }
  const subject = { sub: account.sub, set: await deps.factors.read(account.sub) };
  const { sub, credentialsChangedAt } = account;
  return proveFactor(deps, subject, proof, [
    { purpose: { purpose: 'alone' }, userVerification: true },
    { purpose: { purpose: 'after-password', sub, credentialsChangedAt }, userVerification: false },
  ]);
}

function authenticationOf(session: Session, proven: ProvenFactor | ProvenPassword): Authentication {
  if ('password' in proven) return passwordAuthentication;
  const before = proven.challenge?.purpose === 'after-password' ? passwordAuthentication : session;
  return withSecondFactor(before.amr, proven.proof);
}

function steppedUp(session: Session, account: Account, from: RequestSource, nowMs: number): AuditEvent {
  return accountEvent(account, {
    type: 'step_up.succeeded',
    nowMs,
    from,
    targetId: session.sid,
    details: { amr: session.amr.join(' '), acr: session.acr },
  });
}

/** The refusal, once it is recorded: of passkeys, whose attempts nothing counts, one an account, reason and minute. */
async function refusal(
  deps: StepUpDeps,
  { principal, proof, from }: StepUpRequest,
  { account, reason }: { readonly account: Account; readonly reason: string },
): Promise<ProblemError> {
  const event = { type: 'step_up.failed', nowMs: deps.clock(), from, targetId: principal.sid, reason } as const;
  await deps.audit.record(proof.method === 'webauthn' ? subjectRefusal(account, event) : accountEvent(account, event));
  return new ProblemError('invalid_credentials', { detail: 'The password, the code or the passkey is wrong' });
}
