import { type KeyObject, sign } from 'node:crypto';

export const signingAlgorithms = ['RS256', 'ES256'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** The media type of an access token in its `typ` header (RFC 9068 §2.1). */
export const accessTokenType = 'at+jwt';

/** The claims of an access token (RFC 9068 §2.2). Instants are epoch seconds. */
export interface AccessTokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
  readonly sid: string;
  readonly client_id: string;
  readonly scope: string;
  readonly roles: readonly string[];
  readonly tenant_id: string;
  readonly auth_time: number;
  readonly amr: readonly string[];
  readonly acr: string;
}

/** A private key, prepared once. */
export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
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
