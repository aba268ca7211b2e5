import { randomUUID } from 'node:crypto';
import type { SigningKey } from '../keys/signingKey.ts';
import type { TokenSettings } from '../sessions/issuedTokens.ts';
import type { SessionClaims } from '../sessions/sessionClaims.ts';
import { type AccessTokenClaims, signAccessToken } from './accessToken.ts';

/** A new access token of a session (RFC 9068 §2.2), which lives from its `iat` on for as long as the settings say. */
export function issueAccessToken(input: {
  readonly of: SessionClaims;
  readonly key: SigningKey;
  readonly settings: TokenSettings;
}): { readonly accessToken: string; readonly jti: string } {
  const { of, settings } = input;
  const { iat, sub, sid, client_id, scope, roles, tenant_id, auth_time, amr, acr } = of;
  const claims: AccessTokenClaims = {
    iss: settings.issuer,
    sub,
    aud: settings.audience,
    exp: iat + settings.accessTokenTtlSeconds,
    iat,
    jti: randomUUID(),
    sid,
    client_id,
    scope,
    roles,
    tenant_id,
    auth_time,
    amr,
    acr,
  };
  return { accessToken: signAccessToken(claims, input.key), jti: claims.jti };
}
