import type { Access } from '../contract/routes.ts';
import { type Clock, epochSeconds } from '../core/clock.ts';
import type { Principal } from '../core/principal.ts';
import type { RevocationList } from '../core/revocationList.ts';
import type { SignatureStep } from '../core/strictJws.ts';
import { TokenRejected } from '../core/tokenRejected.ts';
import type { VerificationKeys } from '../core/verificationKeys.ts';
import { parseAccessToken, principalOf, type TokenPolicy, verifyAccessToken } from '../core/verifyAccessToken.ts';

export interface AuthenticateDeps {
  readonly keys: VerificationKeys;
  readonly revocations: { get(): Promise<RevocationList> };
  readonly policy: TokenPolicy;
  readonly clock: Clock;
  /** Default: the key's own. Only a test of the tests puts another in its place. */
  readonly signatureStep?: SignatureStep;
}

export interface Credentials {
  /** Every value of the `Authorization` header. A credential anywhere else is none (RFC 6750 §2.3 is not supported). */
  readonly authorization: readonly string[];
  /** Of the route that is called; undefined when the contract has none. */
  readonly access: Access | undefined;
}

/**
 * Who a request speaks for; undefined for an anonymous request where the route lets one through.
 *
 * @throws TokenRejected when the credential is missing or not good.
 * @throws ProblemError `unavailable` when that cannot be found out: no key or no revocation list.
 */
export async function authenticateRequest(
  credentials: Credentials,
  deps: AuthenticateDeps,
): Promise<Principal | undefined> {
  const { authorization, access } = credentials;
  // A public route has no authorizer, so a call for one is a fault of the wiring.
  if (access === undefined || access === 'public') throw new TokenRejected('no_route');
  const [value, ...others] = authorization;
  if (others.length > 0) throw new TokenRejected('many_credentials');
  if (value === undefined && access === 'optional') return undefined;
  if (value === undefined) throw new TokenRejected('no_credential');
  return authenticateToken(bearerToken(value), deps);
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
  const revoked = (await revocations.get()).revokes({ ...principal, kid });
  if (revoked) throw new TokenRejected(`revoked_${revoked}`, kid);
  return principal;
}

/** RFC 6750 §2.1; the scheme in any case (RFC 9110 §11.1), then exactly one space. */
function bearerToken(value: string): string {
  const [, token] = /^bearer ([!-~]+)$/i.exec(value) ?? [];
  if (token === undefined) throw new TokenRejected('scheme');
  return token;
}
