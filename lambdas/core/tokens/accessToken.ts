import { sign } from 'node:crypto';
import type { SigningKey } from '../keys/signingKey.ts';
import type { SessionClaims } from '../sessions/sessionClaims.ts';

/** The media type of an access token in its `typ` header (RFC 9068 §2.1). */
export const accessTokenType = 'at+jwt';

/** The claims of an access token (RFC 9068 §2.2). Instants are epoch seconds. */
export interface AccessTokenClaims extends SessionClaims {
  readonly iss: string;
  readonly aud: string;
  readonly exp: number;
  readonly jti: string;
  /** The grant it was issued for. No token of this release has one, and a verifier already takes it. */
  readonly gid?: string;
}

/** An access token as a compact JWS (RFC 7515 §3.1). */
export function signAccessToken(claims: AccessTokenClaims, key: SigningKey): string {
  const header = { alg: key.algorithm, typ: accessTokenType, kid: key.kid };
  const signingInput = `${encodeJson(header)}.${encodeJson(claims)}`;
  // An ES256 signature is r || s, not DER (RFC 7518 §3.4); RS256 ignores the option.
  const signature = sign('sha256', Buffer.from(signingInput), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signingInput}.${signature.toString('base64url')}`;
}

function encodeJson(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
