import { randomUUID } from 'node:crypto';
import type { Account } from '../../core/accounts/account.ts';
import type { Accounts, EmailChangeRequests } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { decoyJob, noticeJob } from '../../core/mail/mailJob.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { mailToClaimedAddress, noticeForHolder } from '../steps/addressNotice.ts';
import { requireMailableAddress } from '../steps/emailAddress.ts';
import { enforceLimit } from '../steps/enforceLimit.ts';
import { hasOwnersMailLeft, type MailAllowanceDeps, mayLeave } from '../steps/mailAllowance.ts';
import { ownAccountAfterStepUp } from '../steps/ownAccount.ts';
import { type ProvenOwnerDeps, provenOwner } from '../steps/provenOwner.ts';

export interface RequestEmailChangeDeps extends ProvenOwnerDeps, MailAllowanceDeps {
  readonly accounts: Pick<Accounts, 'find' | 'holderOf'>;
  readonly emailChanges: EmailChangeRequests;
  readonly mailKeys: Pick<MacKeys, 'current'>;
  readonly credentialKeys: Pick<MacKeys, 'current'>;
}

/**
 * Mails a token to the address that an account is to have, and a notice to the one it has. Where the new address
 * belongs to another account, or is reserved for one, its owner gets a notice in place of the token. Strangers do not
 * use up the mails of an owner: beyond those of the address there are some for owners, and beyond these the link that
 * the account was mailed last goes out again, if it is good still. What the flow reads, writes and answers is the same.
 *
 * @throws ProblemError `step_up_required`, `invalid_credentials`, `invalid_request` for a text that is no address, or
 * for the account's own; `rate_limited` by what the account itself has asked for, and by nothing that the address tells
 * of others; `invalid_token` also when the session or the account's credentials have changed meanwhile; `unavailable`.
 */
export async function requestEmailChange(
  deps: RequestEmailChangeDeps,
  principal: Principal,
  request: {
    readonly newEmail: string;
    readonly currentPassword: string | undefined;
    readonly from: RequestSource;
  },
): Promise<void> {
  const { from } = request;
  const nowMs = deps.clock();
  const nowSeconds = Math.floor(nowMs / 1000);
  // Before the hash, which a right password would otherwise buy without end.
  const email = newAddress(request.newEmail, await ownAccountAfterStepUp(deps, principal, nowSeconds));
  const account = await provenOwner(deps, principal, { ...request, purpose: 'email_change' });
  const [key, credentialKey] = await Promise.all([deps.mailKeys.current(), deps.credentialKeys.current()]);
  await enforceLimit(deps, { ...limitFor('emailChangePerAccount', account), from, account });
  await enforceLimit(deps, { ...limitFor('emailChangePerDay', account), from, account });
  const addressee = { email, key: credentialKey };
  const hasRoom = await hasOwnersMailLeft(deps, addressee);
  const holder = await deps.accounts.holderOf(email);
  const taken = noticeForHolder(holder, nowMs, account.sub);
  const kept = await deps.emailChanges.kept(account.sub);
  const asked = { purpose: 'confirm-email', email, sub: account.sub, key, nowSeconds } as const;
  const { link, mail } = mailToClaimedAddress(asked, { taken, hasRoom, kept, from });
  const leaves = await mayLeave(deps, addressee, mail && { account: holder.account });
  const requested = await deps.emailChanges.request({
    account,
    sid: principal.sid,
    sub: leaves ? account.sub : randomUUID(),
    link,
    again: leaves && !hasRoom ? kept : undefined,
    jobs: [
      leaves && mail ? mail : decoyJob(nowMs),
      noticeJob({ template: 'email-change-requested', to: account.normalizedEmail, owner: account.sub, from, nowMs }),
    ],
    nowMs,
    event: accountEvent(account, { type: 'email.change_requested', nowMs, from }),
  });
  if (!requested) throw new ProblemError('invalid_token');
}

function newAddress(text: string, account: Account): string {
  const email = requireMailableAddress(text, 'new_email');
  if (email !== account.normalizedEmail) return email;
  const message = 'The account has this address already';
  throw new ProblemError('invalid_request', { errors: [{ field: 'new_email', message }] });
}
