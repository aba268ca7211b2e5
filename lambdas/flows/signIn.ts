import type { AuditEvent } from '../contract/auditEvents.ts';
import type { Tokens } from '../contract/outputs.ts';
import type { Account } from '../core/account.ts';
import { auditEvent, type RequestSource, strangerEvent } from '../core/auditEvent.ts';
import { passwordAuthentication } from '../core/authentication.ts';
import { normalizeEmailAddress } from '../core/emailAddress.ts';
import { ProblemError } from '../core/errors.ts';
import { completeSignIn, type IssuingDeps, prepareIssuing, type StartSession } from './completeSignIn.ts';
import type { Rehash } from './rehashPassword.ts';

export interface SignInDeps extends IssuingDeps {
  readonly accounts: { findByEmail(normalizedEmail: string): Promise<Account | undefined> };
  readonly sessions: { readonly start: StartSession };
  readonly audit: { record(event: AuditEvent): Promise<void> };
  readonly hasher: { verify(hash: string | undefined, password: string): Promise<boolean> };
  readonly rehash: Rehash;
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
 * An unknown address, a disabled or unverified account, one without a password, and a wrong password cost the same reads,
 * one hash and one write, and get the same answer.
 *
 * @throws ProblemError `invalid_credentials`, `unavailable`.
 */
export async function signIn(deps: SignInDeps, request: SignInRequest): Promise<Tokens> {
  const issuing = await prepareIssuing(deps);
  const account = await authenticateByPassword(deps, request);
  return completeSignIn(deps, {
    account,
    authentication: passwordAuthentication,
    issuing,
    start: (input) => deps.sessions.start(input),
    from: request.from,
    fromBrowser: request.fromBrowser,
  });
}

/** The active account of the address and the password, or the one refusal there is. */
async function authenticateByPassword(deps: SignInDeps, request: SignInRequest): Promise<Account> {
  const account = await deps.accounts.findByEmail(normalizeEmailAddress(request.email) ?? '');
  const matches = await deps.hasher.verify(account?.passwordHash, request.password);
  if (account?.status === 'active' && account.emailVerified && matches) {
    await deps.rehash({ account, password: request.password, from: request.from });
    return account;
  }
  await deps.audit.record(failure(account, matches, deps, request));
  throw new ProblemError('invalid_credentials');
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
