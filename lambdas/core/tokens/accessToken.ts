import { sign } from 'node:crypto';
import { joseSignature } from '../keys/derSignature.ts';
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
  // The bare key: in an object with options, Node.js prepares it again at each call. So DER and no `dsaEncoding`.
  const made = sign('sha256', Buffer.from(signingInput), key.privateKey);
  const signature = key.algorithm === 'ES256' ? joseSignature(made) : made;
  return `${signingInput}.${signature.toString('base64url')}`;
}

function encodeJson(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
