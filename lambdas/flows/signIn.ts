import type { AuditEvent } from '../contract/auditEvents.ts';
import type { Tokens } from '../contract/outputs.ts';
import type { SigningKey } from '../core/accessToken.ts';
import type { Account } from '../core/account.ts';
import { auditEvent, type RequestSource, strangerEvent } from '../core/auditEvent.ts';
import { passwordAuthentication } from '../core/authentication.ts';
import { type Clock, epochSeconds } from '../core/clock.ts';
import { normalizeEmailAddress } from '../core/emailAddress.ts';
import { ProblemError } from '../core/errors.ts';
import type { MacKey } from '../core/macKeyRing.ts';
import type { Session } from '../core/session.ts';
import { beginSession, issueAccessToken, signedIn, type TokenSettings, tokensAnswer } from './sessionTokens.ts';

export interface SignInDeps {
  readonly accounts: { findByEmail(normalizedEmail: string): Promise<Account | undefined> };
  readonly sessions: { start(input: { session: Session; event: AuditEvent }): Promise<boolean> };
  readonly audit: { record(event: AuditEvent): Promise<void> };
  readonly hasher: { verify(phc: string, password: string): Promise<boolean>; readonly dummyHash: string };
  readonly signingKeys: { current(): Promise<SigningKey> };
  readonly refreshKeys: { current(): Promise<MacKey> };
  readonly settings: TokenSettings;
  readonly clock: Clock;
}

export interface SignInRequest {
  readonly email: string;
  readonly password: string;
  readonly from: RequestSource;
  readonly fromBrowser: boolean;
}

/**
 * Signs a subject in with address and password.
 *
 * An unknown address, a disabled or unverified account and a wrong password cost the same reads, one hash and one write, and get the
 * same answer.
 *
 * @throws ProblemError `invalid_credentials`, `unavailable`.
 */
export async function signIn(deps: SignInDeps, request: SignInRequest): Promise<Tokens> {
  const { clock, settings } = deps;
  const takenAt = epochSeconds(clock);
  const [signingKey, refreshKey] = await Promise.all([deps.signingKeys.current(), deps.refreshKeys.current()]);
  const account = await deps.accounts.findByEmail(normalizeEmailAddress(request.email) ?? '');
  const matches = await deps.hasher.verify(account?.passwordHash ?? deps.hasher.dummyHash, request.password);
  if (account?.status !== 'active' || !account.emailVerified || !matches) {
    await deps.audit.record(failure(account, matches, deps, request));
    throw new ProblemError('invalid_credentials');
  }
  const { session, refreshToken } = beginSession({
    account,
    authentication: passwordAuthentication,
    from: request.from,
    now: takenAt,
    key: refreshKey,
    settings,
  });
  const { accessToken, jti } = issueAccessToken({ session, account, takenAt, key: signingKey, settings });
  const started = await deps.sessions.start({
    session,
    event: signedIn({ account, session, jti, from: request.from, nowMs: clock() }),
  });
  if (!started) throw new ProblemError('invalid_credentials');
  return tokensAnswer({ accessToken, refreshToken, session, settings, fromBrowser: request.fromBrowser });
}

function failure(account: Account | undefined, matches: boolean, deps: SignInDeps, request: SignInRequest): AuditEvent {
  const nowMs = deps.clock();
  const common = { type: 'sign_in.failed', nowMs, from: request.from, outcome: 'failure' } as const;
  if (!account) return strangerEvent({ ...common, target: { type: 'address' }, reason: 'unknown_address' });
  return auditEvent({
    ...common,
    actor: { type: 'stranger' },
    target: { type: 'account', id: account.sub },
    tenant_id: account.tenantId,
    reason: refusalReason(account, matches),
  });
}

function refusalReason(account: Account, matches: boolean): string {
  if (!matches) return 'wrong_password';
  return account.status === 'active' ? 'address_unverified' : 'account_disabled';
}
