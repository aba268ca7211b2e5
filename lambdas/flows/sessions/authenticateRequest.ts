import type { Access } from '../../contract/routes/route.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { VerificationKeys } from '../../core/keys/verificationKeys.ts';
import type { SessionReader } from '../../core/sessions/ports.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { isLive } from '../../core/sessions/session.ts';
import { opensSession, parseSessionCookie } from '../../core/sessions/sessionCookie.ts';
import { principalOfSession } from '../../core/sessions/sessionPrincipal.ts';
import type { Revocations } from '../../core/tokens/ports.ts';
import type { SignatureStep } from '../../core/tokens/strictJws.ts';
import { TokenRejected } from '../../core/tokens/tokenRejected.ts';
import {
  parseAccessToken,
  principalOf,
  type TokenPolicy,
  verifyAccessToken,
} from '../../core/tokens/verifyAccessToken.ts';

export interface AuthenticateDeps {
  readonly keys: VerificationKeys;
  readonly revocations: Revocations;
  /** Session and account, consistent, in one call. */
  readonly sessions: SessionReader;
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
  readonly sessionCookie: string | undefined;
  /** The access of the route; undefined when the contract has no such route. */
  readonly access: Access | undefined;
}

/**
 * Who a request speaks for; undefined for an anonymous request where the route lets one through.
 *
 * A present `Authorization` header decides alone: if it is bad we refuse, even beside a good cookie. Only the client
 * itself sends the header, while a browser sends cookies with every request. So a bad cookie makes a request anonymous
 * where the route allows that; a bad header never does.
 *
 * @throws TokenRejected when the credential is missing or bad.
 * @throws ProblemError `unavailable` when we cannot tell: no key, no revocation list or no table.
 */
export async function authenticateRequest(
  credentials: Credentials,
  deps: AuthenticateDeps,
): Promise<Principal | undefined> {
  const { authorization, sessionCookie: cookie, access } = credentials;
  // A public route has no authorizer, so a call for one is a fault of the wiring.
  if (access === undefined || access === 'public') throw new TokenRejected('no_route');
  if (authorization.length > 1) throw new TokenRejected('many_credentials');
  const [value] = authorization;
  if (value !== undefined) return authenticateToken(bearerToken(value), deps);
  const found = cookie === undefined ? new TokenRejected('no_credential') : await authenticateSession(cookie, deps);
  if (!(found instanceof TokenRejected)) return found;
  if (access === 'optional') return undefined;
  throw found;
}

/** The principal of a session cookie. Session and account are read now, so an end takes effect at once. */
async function authenticateSession(text: string, deps: AuthenticateDeps): Promise<Principal | TokenRejected> {
  const cookie = parseSessionCookie(text);
  if (!cookie) return new TokenRejected('session_cookie');
  const { session, account } = await deps.sessions.read(cookie);
  if (!session || !opensSession(cookie, session)) return new TokenRejected('session_unknown');
  const nowSeconds = epochSeconds(deps.clock);
  const accountHolds = account?.status === 'active' && account.sessionEpoch === session.epoch;
  if (!accountHolds || !isLive(session, nowSeconds)) return new TokenRejected('session_ended');
  return principalOfSession(session, account, nowSeconds);
}

async function authenticateToken(token: string, deps: AuthenticateDeps): Promise<Principal> {
  const { keys, revocations, policy, clock, signatureStep } = deps;
  const jws = parseAccessToken(token);
  const { kid } = jws.header;
  const key = await keys.find(kid);
  if (!key) throw new TokenRejected('unknown_key', kid);
  const nowSeconds = epochSeconds(clock);
  const claims = verifyAccessToken(jws, key, { policy, nowSeconds, ...(signatureStep && { signatureStep }) });
  const principal = principalOf(claims);
  const revoked = (await revocations.get()).revokes({ ...principal, jti: claims.jti, gid: claims.gid, kid });
  if (revoked) throw new TokenRejected(`revoked_${revoked}`, kid);
  return principal;
}

/** RFC 6750 §2.1; the scheme in any case (RFC 9110 §11.1), then exactly one space. */
function bearerToken(value: string): string {
  const [, token] = /^bearer ([!-~]+)$/i.exec(value) ?? [];
  if (token === undefined) throw new TokenRejected('scheme');
  return token;
}
