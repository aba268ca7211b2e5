import type { AuditEvent } from '../contract/auditEvents.ts';
import type { Tokens } from '../contract/outputs.ts';
import type { SigningKey } from '../core/accessToken.ts';
import type { Account } from '../core/account.ts';
import type { RequestSource } from '../core/auditEvent.ts';
import type { Authentication } from '../core/authentication.ts';
import { type Clock, epochSeconds } from '../core/clock.ts';
import { ProblemError } from '../core/errors.ts';
import type { MacKey } from '../core/macKeyRing.ts';
import type { Session } from '../core/session.ts';
import { beginSession, issueAccessToken, signedIn, type TokenSettings, tokensAnswer } from './sessionTokens.ts';

export interface IssuingDeps {
  readonly signingKeys: { current(): Promise<SigningKey> };
  readonly refreshKeys: { current(): Promise<MacKey> };
  readonly settings: TokenSettings;
  readonly clock: Clock;
}

/** What a sign-in takes before it reads anything: the keys it will issue tokens with, and when it began. */
export interface Issuing {
  /** Epoch seconds: the `iat` of its access token is no later than what is read afterwards. */
  readonly takenAt: number;
  readonly signingKey: SigningKey;
  readonly refreshKey: MacKey;
}

/** @throws ProblemError `unavailable` when there is no key: nobody's password is tried for an answer that cannot be given. */
export async function prepareIssuing(deps: IssuingDeps): Promise<Issuing> {
  const takenAt = epochSeconds(deps.clock);
  const [signingKey, refreshKey] = await Promise.all([deps.signingKeys.current(), deps.refreshKeys.current()]);
  return { takenAt, signingKey, refreshKey };
}

/** What the session starts with, in one transaction; the store that does it may use up more in the same. */
export type StartSession = (input: { readonly session: Session; readonly event: AuditEvent }) => Promise<boolean>;

/**
 * Starts the session of a subject whose authentication is proven, and answers with its tokens.
 *
 * @throws ProblemError `invalid_credentials` when the account no longer holds, or what was to be used up is used;
 * `unavailable`.
 */
export async function completeSignIn(
  deps: Pick<IssuingDeps, 'settings' | 'clock'>,
  proven: {
    readonly account: Account;
    readonly authentication: Authentication;
    readonly issuing: Issuing;
    readonly start: StartSession;
    readonly from: RequestSource;
    readonly fromBrowser: boolean;
  },
): Promise<Tokens> {
  const { clock, settings } = deps;
  const { account, from } = proven;
  const { takenAt, signingKey, refreshKey } = proven.issuing;
  const { session, refreshToken } = beginSession({
    account,
    authentication: proven.authentication,
    from,
    now: takenAt,
    key: refreshKey,
    settings,
  });
  const { accessToken, jti } = issueAccessToken({ session, account, takenAt, key: signingKey, settings });
  const started = await proven.start({ session, event: signedIn({ account, session, jti, from, nowMs: clock() }) });
  if (!started) throw new ProblemError('invalid_credentials');
  return tokensAnswer({ accessToken, refreshToken, session, settings, fromBrowser: proven.fromBrowser });
}
