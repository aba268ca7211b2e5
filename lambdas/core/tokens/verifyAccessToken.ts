import { asRecord } from '../common/strictJson.ts';
import type { AdmittedKey } from '../keys/jwkAdmission.ts';
import type { Principal } from '../sessions/principal.ts';
import { type AccessTokenClaims, accessTokenType } from './accessToken.ts';
import { type CompactJws, parseCompactJws, type SignatureStep, verifyJws } from './strictJws.ts';
import { parseTokenJson } from './tokenJson.ts';
import { TokenRejected } from './tokenRejected.ts';

/** What this deployment expects of a token. */
export interface TokenPolicy {
  readonly issuer: string;
  readonly audience: string;
  readonly maxLifetimeSeconds: number;
  readonly clockLeewaySeconds: number;
}

/** Our `kid`s are RFC 7638 thumbprints. */
const kidPattern = /^[A-Za-z0-9_-]{43}$/;

/**
 * Checks all that needs no key.
 *
 * @throws TokenRejected
 */
export function parseAccessToken(text: string): CompactJws {
  const jws = parseCompactJws(text);
  const { typ, kid } = jws.header;
  if (typ !== accessTokenType) throw new TokenRejected('type', kid);
  if (!kidPattern.test(kid)) throw new TokenRejected('unknown_key', kid);
  return jws;
}

/**
 * The claims of a token, once its signature and claims are verified (RFC 9068 §4). It does not check revocation.
 *
 * @throws TokenRejected
 */
export function verifyAccessToken(
  jws: CompactJws,
  key: AdmittedKey,
  options: { readonly policy: TokenPolicy; readonly nowSeconds: number; readonly signatureStep?: SignatureStep },
): AccessTokenClaims {
  const { policy, nowSeconds, signatureStep } = options;
  verifyJws(jws, key, signatureStep);
  const claims = readClaims(parseTokenJson(jws.payload));
  if (claims.iss !== policy.issuer) throw new TokenRejected('issuer');
  if (claims.aud !== policy.audience) throw new TokenRejected('audience');
  checkTimes(claims, policy, nowSeconds);
  return claims;
}

export function principalOf(claims: AccessTokenClaims): Principal {
  return {
    sub: claims.sub,
    sid: claims.sid,
    jti: claims.jti,
    clientId: claims.client_id,
    scope: claims.scope,
    roles: claims.roles,
    tenantId: claims.tenant_id,
    authTime: claims.auth_time,
    amr: claims.amr,
    acr: claims.acr,
    via: 'access_token',
    issuedAt: claims.iat,
    expiresAt: claims.exp,
  };
}

function checkTimes(claims: AccessTokenClaims & { readonly nbf?: number }, policy: TokenPolicy, now: number): void {
  const { iat, exp, nbf } = claims;
  const { maxLifetimeSeconds, clockLeewaySeconds: leeway } = policy;
  if (exp <= iat || exp - iat > maxLifetimeSeconds) throw new TokenRejected('lifetime');
  if (iat > now + leeway || (nbf !== undefined && nbf > now + leeway)) throw new TokenRejected('not_yet_valid');
  if (now >= exp + leeway) throw new TokenRejected('expired');
}

/** Members are copied by name: whatever else a payload holds is dropped. */
function readClaims(payload: unknown): AccessTokenClaims & { readonly nbf?: number } {
  const from = asRecord(payload);
  if (!from) throw new TokenRejected('claims');
  return {
    iss: text(from['iss']),
    sub: text(from['sub']),
    aud: text(from['aud'], 'audience'),
    exp: instant(from['exp']),
    iat: instant(from['iat']),
    jti: text(from['jti']),
    sid: text(from['sid']),
    ...(from['gid'] !== undefined && { gid: text(from['gid']) }),
    client_id: text(from['client_id']),
    scope: text(from['scope']),
    roles: texts(from['roles']),
    tenant_id: text(from['tenant_id']),
    auth_time: instant(from['auth_time']),
    amr: texts(from['amr']),
    acr: text(from['acr']),
    ...(from['nbf'] !== undefined && { nbf: instant(from['nbf']) }),
  };
}

function text(value: unknown, reason: 'claims' | 'audience' = 'claims'): string {
  if (typeof value !== 'string' || value === '') throw new TokenRejected(reason);
  return value;
}

function texts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new TokenRejected('claims');
  return value.map((item: unknown) => text(item));
}

function instant(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new TokenRejected('claims');
  return value;
}
