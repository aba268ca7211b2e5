import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../../core/accounts/account.ts';
import { newAccount } from '../../core/accounts/newAccount.ts';
import type { PendingToken, Registrations } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { invalidLink } from '../../core/mail/mailedLink.ts';
import { pendingId } from '../../core/mail/mailToken.ts';
import type { PasswordPolicy } from '../../core/passwords/passwordPolicy.ts';
import type { PasswordHasher } from '../../core/passwords/ports.ts';
import { passwordAuthentication } from '../../core/sessions/authentication.ts';
import type { IssuedTokens, SignInDelivery } from '../../core/sessions/delivery.ts';
import { readDeviceToken } from '../../core/sessions/deviceToken.ts';
import { completeSignIn, type IssuingDeps, prepareIssuing } from '../signIn/completeSignIn.ts';
import { countLink, refusedLink } from '../steps/countLink.ts';
import type { EnforceLimitDeps } from '../steps/enforceLimit.ts';
import { type MailedTokenDeps, readMailedToken } from '../steps/mailedToken.ts';

export interface ReadVerificationLinkDeps extends MailedTokenDeps {
  readonly registrations: Pick<Registrations, 'isPending'>;
}

export interface ConfirmEmailDeps extends EnforceLimitDeps, ReadVerificationLinkDeps {
  readonly registrations: Pick<Registrations, 'isPending' | 'complete'>;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly passwordPolicy: Pick<PasswordPolicy, 'check'>;
  readonly defaultTenant: string;
}

export interface VerifyEmailDeps extends ConfirmEmailDeps, IssuingDeps {}

export interface ConfirmEmailRequest {
  readonly token: string;
  readonly password: string;
  readonly from: RequestSource;
}

export interface VerifyEmailRequest extends ConfirmEmailRequest {
  /** Of a browser, which other accounts may know. */
  readonly deviceToken: string | undefined;
  readonly delivery: SignInDelivery;
}

/**
 * Turns a mailed token and a password into an account, and signs its owner in. Before that only the hash of the token
 * is stored, so nobody can prepare an account for an address that is not theirs.
 *
 * @throws ProblemError `invalid_token` (400) for a token that is forged, used, replaced or expired; `weak_password`,
 * which does not use the token up; `rate_limited`; `unavailable`.
 */
export async function verifyEmail(deps: VerifyEmailDeps, request: VerifyEmailRequest): Promise<IssuedTokens> {
  const issuing = await prepareIssuing(deps);
  const { account, pending } = await prepareAccount(deps, request, issuing.takenAt);
  return completeSignIn(deps, {
    account,
    authentication: passwordAuthentication,
    issuing,
    // No notice of a new device: the first one is no news to its owner.
    start: async ({ session, pair, event }) => {
      const events = [accountCreated(account, request.from, deps.clock()), event];
      const completed = await deps.registrations.complete({
        ...pending,
        now: issuing.takenAt,
        account,
        started: { session, pair },
        events,
      });
      if (!completed) throw invalidLink();
      return completed;
    },
    device: { brought: readDeviceToken(request.deviceToken), pairs: [], known: undefined },
    from: request.from,
    delivery: request.delivery,
  });
}

/** The same without a sign-in, for the page behind the mailed link: its visitor signs in in the app. */
export async function confirmEmail(deps: ConfirmEmailDeps, request: ConfirmEmailRequest): Promise<void> {
  const now = epochSeconds(deps.clock);
  const { account, pending } = await prepareAccount(deps, request, now);
  const events = [accountCreated(account, request.from, deps.clock())];
  if (!(await deps.registrations.complete({ ...pending, now, account, events }))) throw invalidLink();
}

async function prepareAccount(deps: ConfirmEmailDeps, request: ConfirmEmailRequest, now: number) {
  const { from } = request;
  const link = await readVerificationLink(deps, request.token);
  if (!link) throw await refusedLink(deps, from);
  const errors = await deps.passwordPolicy.check({ password: request.password, email: link.email });
  if (errors.length > 0) throw new ProblemError('weak_password', { errors });
  await countLink(deps, link.pending, { from });
  const passwordHash = await deps.hasher.hash(request.password);
  return {
    account: newAccount({
      sub: randomUUID(),
      email: link.email,
      passwordHash,
      roles: ['member'],
      tenantId: deps.defaultTenant,
      now,
    }),
    pending: link.pending,
  };
}

/**
 * Which address a mailed token would verify, or undefined when the token is forged, used, replaced or expired. It uses
 * nothing up: the transaction decides.
 */
export async function readVerificationLink(
  deps: ReadVerificationLinkDeps,
  token: string,
): Promise<{ readonly email: string; readonly pending: PendingToken } | undefined> {
  const mailed = await readMailedToken(deps, 'verify-email', token);
  if (!mailed) return undefined;
  const { email, tokenHash } = mailed;
  const pending = { pendingId: pendingId(email, mailed.key), tokenHash };
  return (await deps.registrations.isPending(pending)) ? { email, pending } : undefined;
}

function accountCreated(account: Account, from: RequestSource, nowMs: number): AuditEvent {
  return accountEvent(account, { type: 'account.created', nowMs, from, by: 'subject' });
}
