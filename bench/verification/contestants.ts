import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import { type PrivateJwk, publicHalf } from '../../lambdas/core/keys/jwk.ts';
import type { AuthorizerEvent } from '../../lambdas/http/authorizerEvent.ts';
import { audience, authorizerEvent, createAuthorizerWorld, issuer } from '../../test/support/worlds/authorizerWorld.ts';
import { withVersion } from '../common/versions.ts';
import { peerVerifiers } from '../peers/verifiers.mjs';

/** `crypto.verify` with a prepared key, of bytes that are there already: nobody can be faster. */
export const floor = 'crypto.verify alone';
export const ours = 'Gatehouse, the whole decision';
const aws = withVersion('aws-jwt-verify', 'product');
const jose = withVersion('jose');
const fastJwt = withVersion('fast-jwt');
export const names: readonly string[] = [floor, ours, aws, jose, fastJwt];

export const tokenCount = 64;
export const revokedCount = 200;

/** What a contestant does over and over: each call takes the next of the same tokens. */
export async function operationOf(name: string, key: PrivateJwk): Promise<() => unknown> {
  const world = await createAuthorizerWorld({ key });
  const tokens = Array.from({ length: tokenCount }, (_, index) => world.token({ jti: `jti-${index}` }));
  const jwk = publicHalf(key);
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });

  if (name === floor) {
    const privateKey = createPrivateKey({ key, format: 'jwk' });
    const signed = tokens.map((token) => {
      const input = Buffer.from(token.slice(0, token.lastIndexOf('.')));
      // Of ES256 in DER, the form that OpenSSL takes as it is.
      return { input, signature: sign('sha256', input, privateKey) };
    });
    return inTurn(signed, ({ input, signature }) => verify('sha256', input, publicKey, signature));
  }
  if (name === ours) {
    for (let index = 0; index < revokedCount; index += 1) world.revoke({ kind: 'jti', value: `revoked-${index}` });
    return inTurn(tokens.map(eventWith), world.authorizer);
  }
  if (name === aws) {
    const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/.well-known/jwks.json` });
    verifier.cacheJwks({ keys: [jwk] });
    return inTurn(tokens, (token) => verifier.verifySync(token));
  }
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const peers = await peerVerifiers({ jwk, pem, algorithm: key.alg, issuer, audience, now: world.nowSeconds() });
  return inTurn(tokens, name === jose ? peers.jose : peers['fast-jwt']);
}

function inTurn<T>(values: readonly T[], operation: (value: T) => unknown): () => unknown {
  let next = 0;
  return () => {
    const value = values[next++ % values.length];
    return value === undefined ? undefined : operation(value);
  };
}

/** What a gateway hands over besides the token. */
const usualHeaders: Readonly<Record<string, string>> = {
  Accept: 'application/json',
  'Accept-Encoding': 'gzip, deflate, br',
  'Accept-Language': 'en-GB,en;q=0.9',
  Host: 'auth.example.com',
  Origin: 'https://app.example.com',
  Referer: 'https://app.example.com/',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'X-Amzn-Trace-Id': 'Root=1-674f3a1b-0123456789abcdef01234567',
  'X-Forwarded-For': '192.0.2.1',
  'X-Forwarded-Port': '443',
  'X-Forwarded-Proto': 'https',
};

function eventWith(token: string): AuthorizerEvent {
  const event = authorizerEvent([`Bearer ${token}`]);
  const values = Object.entries(usualHeaders).map(([name, value]): [string, string[]] => [name, [value]]);
  return {
    ...event,
    headers: { ...usualHeaders, ...event.headers },
    multiValueHeaders: { ...Object.fromEntries(values), ...event.multiValueHeaders },
  };
}
