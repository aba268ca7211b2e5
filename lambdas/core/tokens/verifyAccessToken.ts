import { JwtInvalidIssuerError } from 'aws-jwt-verify/error';
import { validateJwtFields } from 'aws-jwt-verify/jwt';
import { asRecord } from '../common/strictJson.ts';
import type { AdmittedKey } from '../keys/jwkAdmission.ts';
import type { Principal } from '../sessions/principal.ts';
import { type AccessTokenClaims, accessTokenType } from './accessToken.ts';
import type { RevocableToken } from './revocationList.ts';
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
  options: {
    readonly policy: TokenPolicy;
    readonly nowSeconds: number;
    readonly signatureStep?: SignatureStep | undefined;
  },
): AccessTokenClaims {
  const { policy, nowSeconds, signatureStep } = options;
  verifyJws(jws, key, signatureStep);
  const claims = readClaims(parseTokenJson(jws.payload));
  checkParties(claims, policy);
  checkTimes(claims, policy, nowSeconds);
  return claims;
}

/** What of a token can be revoked. */
export function revocableOf(claims: AccessTokenClaims, kid: string): RevocableToken {
  const { sub, sid, gid, jti, iat } = claims;
  return { kid, sid, gid, jti, sub, clientId: claims.client_id, tenantId: claims.tenant_id, issuedAt: iat };
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

/** By the library. Of the instants we keep our own account: it takes a token without `exp`, and knows its own clock. */
function checkParties({ iss, aud }: AccessTokenClaims, { issuer, audience }: TokenPolicy): void {
  try {
    validateJwtFields({ iss, aud }, { issuer, audience });
  } catch (error) {
    throw new TokenRejected(error instanceof JwtInvalidIssuerError ? 'issuer' : 'audience');
  }
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
  const gid = from['gid'] === undefined ? undefined : { gid: text(from['gid']) };
  const nbf = from['nbf'] === undefined ? undefined : { nbf: instant(from['nbf']) };
  return {
    iss: text(from['iss']),
    sub: text(from['sub']),
    aud: text(from['aud'], 'audience'),
    exp: instant(from['exp']),
    iat: instant(from['iat']),
    jti: text(from['jti']),
    sid: text(from['sid']),
    client_id: text(from['client_id']),
    scope: text(from['scope']),
    roles: texts(from['roles']),
    tenant_id: text(from['tenant_id']),
    auth_time: instant(from['auth_time']),
    amr: texts(from['amr']),
    acr: text(from['acr']),
    ...gid,
    ...nbf,
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
