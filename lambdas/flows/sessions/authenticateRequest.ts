import type { Access } from '../../contract/routes/route.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { VerificationKeys } from '../../core/keys/verificationKeys.ts';
import { chosenByCsrfToken } from '../../core/sessions/csrfToken.ts';
import type { ReadSession, SessionReader } from '../../core/sessions/ports.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { isLive } from '../../core/sessions/session.ts';
import { opensSession, type SessionCookie } from '../../core/sessions/sessionCookie.ts';
import { principalOfSession } from '../../core/sessions/sessionPrincipal.ts';
import type { Revocations } from '../../core/tokens/ports.ts';
import type { SignatureStep } from '../../core/tokens/strictJws.ts';
import { TokenRejected } from '../../core/tokens/tokenRejected.ts';
import {
  parseAccessToken,
  principalOf,
  revocableOf,
  type TokenPolicy,
  verifyAccessToken,
} from '../../core/tokens/verifyAccessToken.ts';

export interface AuthenticateDeps {
  readonly keys: VerificationKeys;
  readonly revocations: Revocations;
  readonly sessions: Pick<SessionReader, 'readEach'>;
  readonly policy: TokenPolicy;
  readonly clock: Clock;
  /** Default: the key's own. Only a test that proves the tests replaces it. */
  readonly signatureStep?: SignatureStep;
}

export interface Credentials {
  /**
   * Every value of the `Authorization` header. An access token is accepted nowhere else (RFC 6750 §2.3 is not
   * supported).
   */
  readonly authorization: readonly string[];
  /** The session cookies that count: of those that the browser holds, the newest by their names. */
  readonly sessionCookies: readonly SessionCookie[];
  /** Whether any came at all, good or bad. */
  readonly bringsSessionCookie: boolean;
  /** What chooses among the cookies; undefined where the newest live one counts. */
  readonly csrf: { readonly token: string | undefined } | undefined;
  /** The access of the route; undefined when the contract has no such route. */
  readonly access: Access | undefined;
}

/** Whom a request speaks for: `unproven` where it brought session cookies, and the CSRF token of none. */
export type Authenticated = Principal | 'anonymous' | 'unproven';

/**
 * Who a request speaks for; `anonymous` where the route lets such a request through.
 *
 * A present `Authorization` header decides alone: if it is bad we refuse, even beside a good cookie. Only the client
 * itself sends the header, while a browser sends cookies with every request. So a bad cookie makes a request anonymous
 * where the route allows that; a bad header never does.
 *
 * A browser may hold the cookies of several sign-ins. Of a method that changes something, the CSRF token chooses,
 * without a read: a page acts for the sign-in that it knows. Of any other, the newest counts that is live: the session
 * says when it began, while a cookie of another release has a name that does not tell.
 *
 * @throws TokenRejected when the credential is missing or bad.
 * @throws ProblemError `unavailable` when we cannot tell: no key, no revocation list or no table.
 */
export async function authenticateRequest(credentials: Credentials, deps: AuthenticateDeps): Promise<Authenticated> {
  const { authorization, access } = credentials;
  // A public route has no authorizer, so a call for one is a fault of the wiring.
  if (access === undefined || access === 'public') throw new TokenRejected('no_route');
  if (authorization.length > 1) throw new TokenRejected('many_credentials');
  const [value] = authorization;
  if (value !== undefined) return await authenticateToken(bearerToken(value), deps);
  const found = await authenticateBrowser(credentials, deps);
  if (!(found instanceof TokenRejected)) return found;
  if (access === 'optional') return 'anonymous';
  throw found;
}

async function authenticateBrowser(
  { sessionCookies: cookies, bringsSessionCookie, csrf, access }: Credentials,
  deps: AuthenticateDeps,
): Promise<Principal | 'unproven' | TokenRejected> {
  if (cookies.length === 0) return new TokenRejected(bringsSessionCookie ? 'session_cookie' : 'no_credential');
  if (!csrf) return newestLive(cookies, deps);
  const chosen = chosenByCsrfToken(cookies, csrf.token);
  if (chosen) return newestLive([chosen], deps);
  if (access === 'authenticated') return 'unproven';
  // A dead cookie must not stand in the way of a mailed link or a sign-out: no page can get its token any more.
  const live = await newestLive(cookies, deps);
  return live instanceof TokenRejected ? live : 'unproven';
}

/**
 * The principal of the cookie whose session began last, of those that are live. Sessions and accounts are read now, in
 * one call, so an end takes effect at once.
 */
async function newestLive(
  cookies: readonly SessionCookie[],
  deps: AuthenticateDeps,
): Promise<Principal | TokenRejected> {
  const read = await deps.sessions.readEach(cookies);
  const nowSeconds = epochSeconds(deps.clock);
  const found = cookies.map((cookie, index) => authenticateSession(cookie, read[index], nowSeconds));
  const begun = (index: number) => read[index]?.session?.createdAt ?? 0;
  const [newest] = found
    .flatMap((one, index) => (one instanceof TokenRejected ? [] : [{ principal: one, createdAt: begun(index) }]))
    .sort((a, b) => b.createdAt - a.createdAt);
  return newest?.principal ?? found[0] ?? new TokenRejected('session_unknown');
}

function authenticateSession(
  cookie: SessionCookie,
  { session, account }: Partial<ReadSession> = {},
  nowSeconds: number,
): Principal | TokenRejected {
  if (!session || !opensSession(cookie, session)) return new TokenRejected('session_unknown');
  const accountHolds = account?.status === 'active' && account.sessionEpoch === session.epoch;
  if (!accountHolds || !isLive(session, nowSeconds)) return new TokenRejected('session_ended');
  return principalOfSession(session, account, nowSeconds);
}

async function authenticateToken(token: string, deps: AuthenticateDeps): Promise<Principal> {
  const { keys, revocations, policy, clock, signatureStep } = deps;
  const jws = parseAccessToken(token);
  const { kid } = jws.header;
  // Between reads nothing is waited for: of a decision of microseconds, each wait is a share.
  const key = keys.findNow(kid) ?? (await keys.find(kid));
  if (!key) throw new TokenRejected('unknown_key', kid);
  const nowSeconds = epochSeconds(clock);
  const claims = verifyAccessToken(jws, key, { policy, nowSeconds, signatureStep });
  const revoked = (revocations.fresh() ?? (await revocations.get())).revokes(revocableOf(claims, kid));
  if (revoked) throw new TokenRejected(`revoked_${revoked}`, kid);
  return principalOf(claims);
}

const scheme = 'bearer ';

/** RFC 6750 §2.1; the scheme in any case (RFC 9110 §11.1), then exactly one space: no token begins with another. */
function bearerToken(value: string): string {
  if (value.slice(0, scheme.length).toLowerCase() !== scheme) throw new TokenRejected('scheme');
  return value.slice(scheme.length);
}
