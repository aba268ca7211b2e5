import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { together } from '../../core/common/together.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import type { MacKeys, SigningKeys } from '../../core/keys/ports.ts';
import type { SigningKey } from '../../core/keys/signingKey.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';
import type { Authentication } from '../../core/sessions/authentication.ts';
import type { IssuedTokens, SignInDelivery } from '../../core/sessions/delivery.ts';
import { afterSignIn, type SignInDevice, type StartOutcome } from '../../core/sessions/devicePair.ts';
import { writeDeviceToken } from '../../core/sessions/deviceToken.ts';
import { issuedTokens, type TokenSettings } from '../../core/sessions/issuedTokens.ts';
import { beginSession } from '../../core/sessions/newSession.ts';
import type { SessionStart } from '../../core/sessions/ports.ts';
import { newSessionId, type Session } from '../../core/sessions/session.ts';
import { sessionClaims } from '../../core/sessions/sessionClaims.ts';
import { issueAccessToken } from '../../core/tokens/issueAccessToken.ts';
import type { EnforceLimitDeps } from '../steps/enforceLimit.ts';
import type { EndPreviousSessions } from './endPreviousSessions.ts';
import type { LimitSessions } from './limitSessions.ts';

export interface IssuingDeps {
  readonly signingKeys: SigningKeys;
  readonly refreshKeys: Pick<MacKeys, 'current'>;
  readonly credentialKeys: Pick<MacKeys, 'current'>;
  readonly endPreviousSessions: EndPreviousSessions;
  readonly limitSessions: LimitSessions;
  readonly settings: TokenSettings;
  readonly clock: Clock;
}

/** What a sign-in fetches before it reads anything: the keys for its tokens, and the time. */
export interface Issuing {
  /** Epoch seconds: the `iat` of its access token is no later than what is read afterwards. */
  readonly takenAt: number;
  readonly signingKey: SigningKey;
  readonly refreshKey: MacKey;
  /** Whose subkeys protect tokens and name accounts in limits. */
  readonly credentialKey: MacKey;
}

/** @throws ProblemError `unavailable` when there is no key: no password is tried if no token could be issued. */
export async function prepareIssuing(deps: IssuingDeps): Promise<Issuing> {
  const takenAt = epochSeconds(deps.clock);
  const [signingKey, refreshKey, credentialKey] = await Promise.all([
    deps.signingKeys.current(),
    deps.refreshKeys.current(),
    deps.credentialKeys.current(),
  ]);
  return { takenAt, signingKey, refreshKey, credentialKey };
}

/** A subject whose authentication is proven. */
export interface ProvenSubject {
  readonly account: Account;
  readonly authentication: Authentication;
  readonly issuing: Issuing;
  readonly device: SignInDevice;
}

/**
 * Starts the session of a subject whose authentication is proven, and issues its tokens. The session is always new;
 * those that the same browser held before end, and so do those beyond the most that an account may have. Beyond the
 * devices that may become known to an account in a month it begins all the same, and the device stays unknown.
 *
 * @throws ProblemError `invalid_credentials` when the account no longer holds, or what was to be used up is used;
 * `unavailable`.
 */
export async function completeSignIn(
  deps: Pick<IssuingDeps, 'endPreviousSessions' | 'limitSessions' | 'settings' | 'clock'> &
    Pick<EnforceLimitDeps, 'limits'>,
  proven: ProvenSubject & {
    /** Starts the session in one transaction; the store that does it may use up more in the same. */
    readonly start: (input: SessionStart) => Promise<StartOutcome>;
    /** Whether an unknown device may become known, where that was counted already. */
    readonly mayBecomeKnown?: boolean;
    readonly from: RequestSource;
    readonly delivery: SignInDelivery;
  },
): Promise<IssuedTokens> {
  const { clock, settings } = deps;
  const { account, from, device, delivery } = proven;
  const { takenAt, signingKey, refreshKey } = proven.issuing;
  const sid = newSessionId(account.sessionEpoch);
  const next = afterSignIn(device, { account, now: takenAt, key: proven.issuing.credentialKey });
  const { session, sessionSecret, refreshToken } = beginSession({
    account,
    sid,
    authentication: proven.authentication,
    delivery: delivery.by,
    from,
    device: { hash: next.pair.device, known: device.known !== undefined, knownAt: next.pair.knownAt },
    now: takenAt,
    key: refreshKey,
    settings,
  });
  const { accessToken, jti } = issueAccessToken({
    of: sessionClaims(session, account, takenAt),
    key: signingKey,
    settings,
  });
  const begin = {
    session,
    credentialsChangedAt: account.credentialsChangedAt,
    event: signInSucceeded({ account, session, jti, from, nowMs: clock() }),
    notice: device.known
      ? undefined
      : noticeJob({
          template: 'new-device',
          to: account.normalizedEmail,
          owner: account.sub,
          from,
          nowMs: takenAt * 1000,
        }),
  };
  // A known device has counts and mails of its own: whoever has the password must not get any number of them.
  const mayBecomeKnown =
    proven.mayBecomeKnown ??
    (device.known !== undefined || (await deps.limits.consume(limitFor('newDevicesPerAccount', account))).admitted);
  const staysUnknown = !mayBecomeKnown;
  const [outcome, endSurplus] = await together([
    proven.start({ ...begin, pair: staysUnknown ? undefined : next.pair }),
    deps.limitSessions(account.sub),
  ]);
  // Another tab came first, and its answer holds what the account knows: this one takes it from neither.
  const isLate = outcome === 'pair_changed';
  const started = isLate ? await proven.start({ ...begin, pair: undefined }) : outcome;
  if (started !== true) throw new ProblemError('invalid_credentials');
  const notEnded =
    delivery.by === 'cookie' ? await deps.endPreviousSessions(delivery.previousSessions, { account, from }) : [];
  await endSurplus(session, { account, from });
  const handedOver = !isLate && !staysUnknown && (delivery.by === 'body' || !next.held);
  return issuedTokens({
    accessToken,
    refreshToken,
    sessionSecret,
    ...(handedOver && { deviceToken: writeDeviceToken(next.device) }),
    notEnded,
    session,
    now: takenAt,
    settings,
  });
}

/** The event of a sign-in that started a session. */
function signInSucceeded(input: {
  readonly account: Account;
  readonly session: Session;
  readonly jti: string;
  readonly from: RequestSource;
  readonly nowMs: number;
}): AuditEvent {
  const { account, session, jti } = input;
  return accountEvent(account, {
    type: 'sign_in.succeeded',
    nowMs: input.nowMs,
    from: input.from,
    targetId: session.sid,
    details: { jti, client_id: session.clientId, delivery: session.delivery },
  });
}
