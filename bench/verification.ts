import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { JwtVerifier } from 'aws-jwt-verify';
import type { SigningAlgorithm } from '../lambdas/contract/signingAlgorithms.ts';
import { publicHalf } from '../lambdas/core/keys/jwk.ts';
import { audience, authorizerEvent, createAuthorizerWorld, issuer } from '../test/support/worlds/authorizerWorld.ts';
import { perCpuSecond } from './common/cpu.ts';
import { figureGroup, type Part, ratioIn } from './common/result.ts';
import { type Contestant, inRounds } from './common/rounds.ts';
import { withVersion } from './common/versions.ts';
import { peerVerifiers } from './peers/verifiers.mjs';

/** `crypto.verify` with a prepared key, of bytes that are there already: nobody can be faster. */
const floor = 'crypto.verify alone';
const ours = 'Gatehouse, the whole decision';
/** Of the ratio of the whole decision to the floor. */
const bars = { RS256: 0.75, ES256: 0.9 } as const;
const tokenCount = 64;
const revokedCount = 200;

export const part: Part = {
  title: 'Verification of an access token, by CPU time',
  async run({ rounds, progress }) {
    const groups = [];
    for (const algorithm of ['RS256', 'ES256'] as const) {
      const contestants = await contestantsFor(algorithm);
      const onRound = (round: number, of: number) => progress(`${algorithm}, round ${round} of ${of}`);
      const measured = await inRounds(contestants, { rounds, onRound });
      groups.push(figureGroup({ title: algorithm, unit: 'tokens/s', better: 'higher' }, measured));
    }
    return {
      groups,
      bars: groups.map((group) => ({
        claim: `${group.title}: the whole decision, of ${floor}`,
        value: ratioIn(group, ours, floor),
        is: 'at least',
        bar: group.title === 'RS256' ? bars.RS256 : bars.ES256,
      })),
      notes: [`${tokenCount} tokens in turn; the decision looks each up in a list of ${revokedCount} revocations.`],
    };
  },
};

async function contestantsFor(algorithm: SigningAlgorithm): Promise<Contestant[]> {
  const world = await createAuthorizerWorld({ algorithm });
  for (let index = 0; index < revokedCount; index += 1) world.revoke({ kind: 'jti', value: `revoked-${index}` });
  const tokens = Array.from({ length: tokenCount }, (_, index) => world.token({ jti: `jti-${index}` }));
  const inTurn = <T>(values: readonly T[], operation: (value: T) => unknown) => {
    let next = 0;
    return () => {
      const value = values[next++ % values.length];
      return value === undefined ? undefined : operation(value);
    };
  };

  const jwk = publicHalf(world.key);
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const privateKey = createPrivateKey({ key: world.key, format: 'jwk' });
  const signed = tokens.map((token) => {
    const input = Buffer.from(token.slice(0, token.lastIndexOf('.')));
    // Of ES256 in DER, the form that OpenSSL takes as it is.
    return { input, signature: sign('sha256', input, privateKey) };
  });
  const events = tokens.map((token) => authorizerEvent([`Bearer ${token}`]));
  const aws = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/.well-known/jwks.json` });
  aws.cacheJwks({ keys: [jwk] });
  const peers = await peerVerifiers({
    jwk,
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    algorithm,
    issuer,
    audience,
    now: world.nowSeconds(),
  });

  const operations: Readonly<Record<string, () => unknown>> = {
    [floor]: inTurn(signed, ({ input, signature }) => verify('sha256', input, publicKey, signature)),
    [ours]: inTurn(events, world.authorizer),
    [withVersion('aws-jwt-verify', 'product')]: inTurn(tokens, (token) => aws.verifySync(token)),
    [withVersion('jose')]: inTurn(tokens, peers.jose),
    [withVersion('fast-jwt')]: inTurn(tokens, peers['fast-jwt']),
  };
  return Object.entries(operations).map(([name, operation]) => ({ name, measure: () => perCpuSecond(operation) }));
}
