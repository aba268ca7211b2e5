import { createPrivateKey } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { generatePrivateJwk } from '../../lambdas/core/keys/jwk.ts';
import { type AccessTokenClaims, signAccessToken } from '../../lambdas/core/tokens/accessToken.ts';
import type { RefreshServer, ServerOptions } from './server.ts';

/** Reads the request, signs an access token of the usual size and answers. It looks at nothing and keeps nothing. */
export async function signingServer({ algorithm, sessions }: ServerOptions): Promise<RefreshServer> {
  const jwk = await generatePrivateJwk(algorithm);
  const key = { kid: jwk.kid, algorithm, privateKey: createPrivateKey({ key: jwk, format: 'jwk' }) };
  const claims: AccessTokenClaims = {
    iss: 'https://auth.example',
    sub: '8f14e45f-ceea-467f-a8a1-0d5f0a8f2c11',
    aud: 'https://auth.example/api',
    exp: 1_893_456_900,
    iat: 1_893_456_000,
    jti: '8f14e45f-ceea-467f-a8a1-0d5f0a8f2c12',
    sid: 'AAAAAAAAAAAAAAAAAAAAAA0',
    client_id: 'gatehouse',
    scope: 'account',
    roles: ['member'],
    tenant_id: 'acme',
    auth_time: 1_893_456_000,
    amr: ['pwd'],
    acr: 'aal1',
  };
  return {
    async listener(request, response) {
      const body: unknown = JSON.parse(await text(request));
      const answer = { access_token: signAccessToken(claims, key), token_type: 'Bearer', expires_in: 900 };
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify({ ...answer, ...Object(body) }));
    },
    path: '/',
    body: 'json',
    tokens: Array.from({ length: sessions }, (_, index) => `token-${index}`.padEnd(200, '0')),
  };
}
