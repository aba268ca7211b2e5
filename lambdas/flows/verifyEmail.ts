import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '../contract/auditEvents.ts';
import type { Tokens } from '../contract/outputs.ts';
import type { SigningKey } from '../core/accessToken.ts';
import type { Account } from '../core/account.ts';
import { auditEvent, type RequestSource } from '../core/auditEvent.ts';
import { type Clock, epochSeconds } from '../core/clock.ts';
import { ProblemError } from '../core/errors.ts';
import type { MacKey } from '../core/macKeyRing.ts';
import { hashMailToken, openMailToken, pendingId } from '../core/mailToken.ts';
import { checkPasswordPolicy } from '../core/passwordPolicy.ts';
import type { Session } from '../core/session.ts';
import { beginSession, issueAccessToken, type TokenSettings, tokensAnswer } from './sessionTokens.ts';

export interface VerifyEmailDeps {
  readonly registrations: {
    isPending(input: { pendingId: string; tokenHash: string }): Promise<boolean>;
    complete(input: {
      pendingId: string;
      tokenHash: string;
      now: number;
      account: Account;
      session: Session;
      events: readonly AuditEvent[];
    }): Promise<boolean>;
  };
  readonly hasher: { hash(password: string): Promise<string> };
  readonly mailKeys: { find(kid: string): Promise<MacKey | undefined> };
  readonly signingKeys: { current(): Promise<SigningKey> };
  readonly refreshKeys: { current(): Promise<MacKey> };
  readonly defaultTenant: string;
  readonly settings: TokenSettings;
  readonly clock: Clock;
}

export interface VerifyEmailRequest {
  readonly token: string;
  readonly password: string;
  readonly from: RequestSource;
  readonly fromBrowser: boolean;
}

/**
 * Turns a mailed token and a password into an account, and signs its owner in. Until here nothing but the hash of the
 * token exists, so nobody can prepare an account for an address that is not theirs.
 *
 * @throws ProblemError `invalid_token` (400) for a token that is forged, used, replaced or expired; `weak_password`,
 * which does not use the token up; `unavailable`.
 */
export async function verifyEmail(deps: VerifyEmailDeps, request: VerifyEmailRequest): Promise<Tokens> {
  const { clock, settings } = deps;
  const now = epochSeconds(clock);
  const opened = await openMailToken(request.token, {
    purpose: 'verify-email',
    nowSeconds: now,
    find: (kid) => deps.mailKeys.find(kid),
  });
  if (!opened) throw refused();
  const pending = { pendingId: pendingId(opened.email, opened.key), tokenHash: hashMailToken(request.token) };
  if (!(await deps.registrations.isPending(pending))) throw refused();

  const errors = checkPasswordPolicy({ password: request.password, email: opened.email });
  if (errors.length > 0) throw new ProblemError('weak_password', { errors });

  const [signingKey, refreshKey, passwordHash] = await Promise.all([
    deps.signingKeys.current(),
    deps.refreshKeys.current(),
    deps.hasher.hash(request.password),
  ]);
  const account = newMember({ email: opened.email, passwordHash, tenantId: deps.defaultTenant, now });
  const { session, refreshToken } = beginSession({ account, from: request.from, now, key: refreshKey, settings });
  const { accessToken, jti } = issueAccessToken({ session, account, takenAt: now, key: signingKey, settings });
  const completed = await deps.registrations.complete({
    ...pending,
    now,
    account,
    session,
    events: events({ account, session, jti, from: request.from, nowMs: clock() }),
  });
  if (!completed) throw refused();
  return tokensAnswer({ accessToken, refreshToken, session, settings, fromBrowser: request.fromBrowser });
}

function refused(): ProblemError {
  return new ProblemError('invalid_token', {
    status: 400,
    detail: 'The link was used, replaced by a newer one, or has expired',
  });
}

function newMember(input: { email: string; passwordHash: string; tenantId: string; now: number }): Account {
  return {
    sub: randomUUID(),
    email: input.email,
    normalizedEmail: input.email,
    emailVerified: true,
    passwordHash: input.passwordHash,
    status: 'active',
    roles: ['member'],
    tenantId: input.tenantId,
    sessionEpoch: 0,
    tokenCut: 0,
    createdAt: input.now,
    updatedAt: input.now,
  };
}

function events(input: {
  account: Account;
  session: Session;
  jti: string;
  from: RequestSource;
  nowMs: number;
}): readonly AuditEvent[] {
  const { account, session, from, nowMs } = input;
  const common = {
    nowMs,
    from,
    actor: { type: 'subject', id: account.sub },
    outcome: 'success',
    tenant_id: account.tenantId,
  } as const;
  return [
    auditEvent({ ...common, type: 'account.created', target: { type: 'account', id: account.sub } }),
    auditEvent({
      ...common,
      type: 'sign_in.succeeded',
      target: { type: 'session', id: session.sid },
      details: { jti: input.jti, client_id: session.clientId },
    }),
  ];
}
