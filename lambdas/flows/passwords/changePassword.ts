import type { Account } from '../../core/accounts/account.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError, unavailable } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';
import type { PasswordPolicy } from '../../core/passwords/passwordPolicy.ts';
import type { PasswordChanges, PasswordHasher } from '../../core/passwords/ports.ts';
import type { SessionRevocation, Sessions } from '../../core/sessions/ports.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { isLive, type Session } from '../../core/sessions/session.ts';
import { endSession } from '../sessions/signOut.ts';
import { type CurrentPasswordDeps, requireCurrentPassword } from '../steps/currentPassword.ts';
import { enforceLimit } from '../steps/enforceLimit.ts';
import { guessesInSession } from '../steps/guesses.ts';
import { ownAccountAfterStepUp } from '../steps/ownAccount.ts';

export interface ChangePasswordDeps extends CurrentPasswordDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly sessions: Sessions;
  readonly changes: PasswordChanges;
  readonly revocation: Pick<SessionRevocation, 'revoke'>;
  readonly hasher: Pick<PasswordHasher, 'hash' | 'verify'>;
  readonly passwordPolicy: Pick<PasswordPolicy, 'check'>;
}

export interface ChangePasswordRequest {
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly from: RequestSource;
}

const attempts = 3;

/**
 * Changes the password of a subject who signed in just now and knows the old one. The session that does it goes on. All
 * others end: somebody else may have known the old password.
 *
 * @throws ProblemError `step_up_required`, `invalid_credentials`, `weak_password`, `conflict` when the account was
 * changed meanwhile, `rate_limited`, `invalid_token`, `unavailable`.
 */
export async function changePassword(
  deps: ChangePasswordDeps,
  principal: Principal,
  request: ChangePasswordRequest,
): Promise<void> {
  const { currentPassword, newPassword, from } = request;
  const account = await ownAccountAfterStepUp(deps, principal, epochSeconds(deps.clock));
  await requireCurrentPassword(deps, account, {
    by: 'subject',
    counted: guessesInSession(principal),
    password: currentPassword,
    purpose: 'password_change',
    from,
  });
  const email = account.normalizedEmail;
  const errors = await deps.passwordPolicy.check({ password: newPassword, email, field: 'new_password' });
  if (errors.length > 0) throw new ProblemError('weak_password', { errors });
  await enforceLimit(deps, { ...limitFor('passwordChangesPerAccount', account), from, account });
  await commit(deps, { account, sid: principal.sid, passwordHash: await deps.hasher.hash(newPassword), from });
  // Those that began, with the old password, between the list and the change: none can begin after it.
  for (const { sid } of await otherSessions(deps, account, principal.sid)) {
    await endSession(deps, { account, sid, reason: 'password_changed', from });
  }
}

async function commit(
  deps: ChangePasswordDeps,
  input: { account: Account; sid: string; passwordHash: string; from: RequestSource },
): Promise<void> {
  const { account, passwordHash, from } = input;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const endSids = (await fewOtherSessions(deps, input)).map(({ sid }) => sid);
    const nowMs = deps.clock();
    const details = { sessions_ended: endSids.length };
    const event = accountEvent(account, { type: 'password.changed', nowMs, from, details });
    const notice = noticeJob({ template: 'password-changed', to: account.normalizedEmail, from, nowMs });
    const outcome = await deps.changes.change({ account, sid: input.sid, passwordHash, endSids, nowMs, event, notice });
    if (outcome === 'changed') return;
    if (outcome === 'changed_meanwhile') throw new ProblemError('conflict');
    if (outcome === 'own_session_ended') throw new ProblemError('invalid_token');
  }
  throw unavailable(new Error('sessions keep ending while the password is changed'));
}

/**
 * The other sessions, no more than the change itself can end. Surplus sessions are ended before the change: if it ended
 * them afterwards and was interrupted, they would live on, since the old password no longer works for a second try.
 */
async function fewOtherSessions(
  deps: ChangePasswordDeps,
  { account, sid: ownSid, from }: { account: Account; sid: string; from: RequestSource },
): Promise<readonly Session[]> {
  for (;;) {
    const others = await otherSessions(deps, account, ownSid);
    const surplus = others.slice(deps.changes.mostSessionsEnded);
    if (surplus.length === 0) return others;
    for (const { sid } of surplus) await endSession(deps, { account, sid, reason: 'password_changed', from });
  }
}

async function otherSessions(
  { sessions, clock }: ChangePasswordDeps,
  { sub, sessionEpoch }: Account,
  ownSid: string,
): Promise<readonly Session[]> {
  const now = epochSeconds(clock);
  return (await sessions.list(sub)).filter(
    (session) => session.sid !== ownSid && session.epoch === sessionEpoch && isLive(session, now),
  );
}
