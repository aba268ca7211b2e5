import type { Account } from '../../core/accounts/account.ts';
import { type FormerAddress, formerAddressTtlSeconds, keptAddresses } from '../../core/accounts/formerAddress.ts';
import type { Accounts, EmailChanges, FormerAddresses } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { invalidLink, newMailedLink } from '../../core/mail/mailedLink.ts';
import { type MailJob, noticeJob } from '../../core/mail/mailJob.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { sessionEpochOf } from '../../core/sessions/session.ts';
import { refusedLink } from '../steps/countLink.ts';
import { type CurrentPasswordDeps, requireCurrentPassword } from '../steps/currentPassword.ts';
import { type KeepDeviceDeps, keepDevice } from '../steps/keepDevice.ts';
import { type MailedTokenDeps, readMailedToken } from '../steps/mailedToken.ts';

export interface ReadEmailChangeLinkDeps extends MailedTokenDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly emailChanges: Pick<EmailChanges, 'findSession'>;
}

export interface ConfirmEmailChangeDeps extends CurrentPasswordDeps, KeepDeviceDeps, ReadEmailChangeLinkDeps {
  readonly emailChanges: Pick<EmailChanges, 'findSession' | 'complete'>;
  readonly formerAddresses: FormerAddresses;
  readonly mailKeys: Pick<MacKeys, 'current' | 'find'>;
}

/** Who says that the new address is theirs. */
export interface ConfirmEmailChangeRequest {
  readonly token: string;
  /** Of whoever is signed in; undefined for nobody. */
  readonly principal: Principal | undefined;
  readonly currentPassword: string | undefined;
  /** Of the device, which stays known if it was. */
  readonly deviceToken: string | undefined;
  readonly from: RequestSource;
}

/**
 * Makes the new address the account's, by the token that was mailed to it. The old one gets a link that undoes it. A
 * mail scanner opens links and submits forms, so the token alone does nothing: it takes the account's owner, signed in
 * or by the password. The sessions go on: the password is the same, and whoever asked for the change had proven to be
 * the owner just then.
 *
 * @throws ProblemError `invalid_token` (400) for a token that is forged, used, replaced or expired, when the address
 * was taken meanwhile, or the account's password, address or factors were changed, or it was signed out everywhere,
 * since the token was asked for, or the session that asked has ended; `invalid_credentials` when nobody proves to be
 * the owner, which uses nothing up; `rate_limited`; `unavailable`.
 */
export async function confirmEmailChange(
  deps: ConfirmEmailChangeDeps,
  request: ConfirmEmailChangeRequest,
): Promise<void> {
  const { from } = request;
  const link = await readEmailChangeLink(deps, request.token);
  if (!link) throw await refusedLink(deps, from);
  const { account, newEmail, tokenHash, sid } = link;
  await requireOwner(deps, link, request);
  const nowMs = deps.clock();
  const undo = await undoOf(deps, account, Math.floor(nowMs / 1000));
  const completed = await deps.emailChanges.complete({
    account,
    newEmail,
    tokenHash,
    sid,
    nowMs,
    event: accountEvent(account, { type: 'email.changed', nowMs, from }),
    formerAddresses: undo.formerAddresses,
    mail:
      undo.job ??
      noticeJob({ template: 'email-changed', to: account.normalizedEmail, owner: account.sub, from, nowMs }),
  });
  if (!completed) throw invalidLink();
  const { principal, deviceToken } = request;
  await keepDevice(deps, account, {
    ...(principal?.sub === account.sub ? { sid: principal.sid } : { deviceToken }),
    nowMs,
  });
}

/**
 * What gives the account back to its old address, for seven days. An address that never was confirmed is told and no
 * more: it may be a stranger's, mistyped once, and the change is what mends that.
 */
async function undoOf(
  deps: Pick<ConfirmEmailChangeDeps, 'formerAddresses' | 'mailKeys'>,
  { sub, normalizedEmail: email, emailVerified, credentialsChangedAt }: Account,
  nowSeconds: number,
): Promise<{ readonly formerAddresses: readonly FormerAddress[]; readonly job?: MailJob }> {
  const kept = keptAddresses(await deps.formerAddresses.list(sub), nowSeconds);
  if (!emailVerified) return { formerAddresses: kept };
  const key = await deps.mailKeys.current();
  const ttlSeconds = formerAddressTtlSeconds;
  const { tokenHash, expiresAt, job } = newMailedLink({
    purpose: 'undo-email',
    email,
    sub,
    key,
    ttlSeconds,
    nowSeconds,
  });
  return { formerAddresses: [...kept, { email, tokenHash, credentialsChangedAt, expiresAt }], job };
}

/** A session of the account, or its password: attempts at that are counted for the link. */
async function requireOwner(
  deps: CurrentPasswordDeps,
  { account, tokenHash }: EmailChangeLink,
  { principal, currentPassword: password, from }: ConfirmEmailChangeRequest,
): Promise<void> {
  if (principal?.sub === account.sub && sessionEpochOf(principal.sid) === account.sessionEpoch) return;
  if (password === undefined) {
    const message = 'Enter the password of your account, or do this where you are signed in';
    throw new ProblemError('invalid_credentials', {
      detail: 'Confirm it as the account’s owner: signed in, or with the current password',
      errors: [{ field: 'current_password', message }],
    });
  }
  const counted = [limitFor('confirmationPerLink', { tokenHash })];
  const purpose = 'email_confirmation';
  await requireCurrentPassword(deps, account, { by: 'stranger', counted, password, purpose, from });
}

/** What a good token would change. */
export interface EmailChangeLink {
  readonly account: Account;
  /** Normalised. */
  readonly newEmail: string;
  readonly tokenHash: string;
  /** The session that asked for it. */
  readonly sid: string;
}

/**
 * Which account's address a mailed token would change, and to what; undefined when the token is forged, used, replaced
 * or expired. It uses nothing up: the transaction decides.
 */
export async function readEmailChangeLink(
  deps: ReadEmailChangeLinkDeps,
  token: string,
): Promise<EmailChangeLink | undefined> {
  const mailed = await readMailedToken(deps, 'confirm-email', token);
  const account = mailed?.sub === undefined ? undefined : await deps.accounts.find(mailed.sub);
  if (!mailed || account?.status !== 'active') return undefined;
  const { email: newEmail, tokenHash } = mailed;
  const asked = await deps.emailChanges.findSession({ account, tokenHash, now: epochSeconds(deps.clock) });
  return asked && { account, newEmail, tokenHash, sid: asked.sid };
}
