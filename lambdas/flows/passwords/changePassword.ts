import type { Account } from '../../core/accounts/account.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError, unavailable } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { budgets, untilDone } from '../../core/common/untilDone.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';
import type { PasswordPolicy } from '../../core/passwords/passwordPolicy.ts';
import type { PasswordChanges, PasswordHasher } from '../../core/passwords/ports.ts';
import type { SessionRevocation, Sessions } from '../../core/sessions/ports.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { isLive, type Session } from '../../core/sessions/session.ts';
import { endSession } from '../sessions/signOut.ts';
import { guessesInSession } from '../steps/countAttempt.ts';
import { type CurrentPasswordDeps, requireCurrentPassword } from '../steps/currentPassword.ts';
import { enforceLimit } from '../steps/enforceLimit.ts';
import { type KeepDeviceDeps, keepDevice } from '../steps/keepDevice.ts';
import { ownAccountAfterStepUp } from '../steps/ownAccount.ts';

export interface ChangePasswordDeps extends CurrentPasswordDeps, KeepDeviceDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly sessions: Pick<Sessions, 'list'>;
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

/**
 * Changes the password of a subject who signed in just now and knows the old one. The session that does it goes on. All
 * others end: somebody else may have known the old password. Its device stays known, and no other does.
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
  // Before the hash, which a right password would otherwise buy without end.
  const email = account.normalizedEmail;
  const errors = await deps.passwordPolicy.check({ password: newPassword, email, field: 'new_password' });
  if (errors.length > 0) throw new ProblemError('weak_password', { errors });
  await requireCurrentPassword(deps, account, {
    by: 'subject',
    counted: guessesInSession(principal),
    password: currentPassword,
    purpose: 'password_change',
    from,
  });
  await enforceLimit(deps, { ...limitFor('passwordChangesPerAccount', account), from, account });
  const change = { account, sid: principal.sid, passwordHash: await deps.hasher.hash(newPassword), from };
  await commit(deps, change);
  // Those that began, with the old password, between the list and the change: none can begin after it.
  await endAll(deps, await otherSessions(deps, change), change);
}

interface Change {
  readonly account: Account;
  /** Of the session that goes on. */
  readonly sid: string;
  readonly passwordHash: string;
  readonly from: RequestSource;
}

async function commit(deps: ChangePasswordDeps, change: Change): Promise<void> {
  const { account, sid, passwordHash, from } = change;
  // If the surplus were ended afterwards and that was interrupted, they would live on: the old password no longer works
  // for a second try.
  const surplus = (others: readonly Session[]) => others.slice(deps.changes.mostSessionsEnded);
  await endAll(deps, surplus(await otherSessions(deps, change)), change);
  const done = await untilDone(budgets.flow, async () => {
    const others = await otherSessions(deps, change);
    if (surplus(others).length > 0) {
      await endAll(deps, surplus(others), change);
      return undefined;
    }
    const endSids = others.map((other) => other.sid);
    const nowMs = deps.clock();
    const details = { sessions_ended: endSids.length };
    const event = accountEvent(account, { type: 'password.changed', nowMs, from, details });
    const notice = noticeJob({
      template: 'password-changed',
      to: account.normalizedEmail,
      owner: account.sub,
      from,
      nowMs,
    });
    const outcome = await deps.changes.change({ account, sid, passwordHash, endSids, nowMs, event, notice });
    if (outcome === 'changed_meanwhile') throw new ProblemError('conflict');
    if (outcome === 'own_session_ended') throw new ProblemError('invalid_token');
    return outcome === 'changed' ? { nowMs } : undefined;
  });
  if (!done) throw unavailable(new Error('sessions keep ending while the password is changed'));
  await keepDevice(deps, account, { sid, nowMs: done.nowMs });
}

/**
 * Ends sessions one after the other: each checks the account's item, so that several at once would conflict.
 *
 * @throws ProblemError `unavailable` when it takes too long. A repeated call goes on with the rest.
 */
async function endAll(deps: ChangePasswordDeps, ended: readonly Session[], { account, from }: Change): Promise<void> {
  const left = ended.values();
  const done = await untilDone(budgets.endings, async () => {
    const next = left.next();
    if (next.done) return true;
    await endSession(deps, { account, sid: next.value.sid, reason: 'password_changed', from });
    return undefined;
  });
  if (!done) throw unavailable(new Error('the sessions could not all be ended in time'));
}

async function otherSessions(
  { sessions, clock }: ChangePasswordDeps,
  { account: { sub, sessionEpoch }, sid: ownSid }: Change,
): Promise<readonly Session[]> {
  const now = epochSeconds(clock);
  return (await sessions.list(sub)).filter(
    (session) => session.sid !== ownSid && session.epoch === sessionEpoch && isLive(session, now),
  );
}
