import { describe, expect, it } from 'vitest';
import { createVerificationKeys } from '../../../../lambdas/core/keys/verificationKeys.ts';
import { type AccessTokenClaims, signAccessToken } from '../../../../lambdas/core/tokens/accessToken.ts';
import { createRevocationList } from '../../../../lambdas/core/tokens/revocationList.ts';
import { createAuthorizer } from '../../../../lambdas/endpoints/authorizer.ts';
import { createSigningKeys } from '../../../../lambdas/stores/keys/signingKeys.ts';
import { audience, authorizerEvent, issuer } from '../../../support/worlds/authorizerWorld.ts';
import { createRotationWorld, lifetimes, type RotationWorld } from '../../../support/worlds/rotationWorld.ts';

const { keyCacheSeconds, accessTokenTtlSeconds, clockLeewaySeconds } = lifetimes;
const token = (name: number) => `${name}`.padStart(36, '-');

/** A warm signer and a warm verifier, each with a cache of its own, as two of many containers. */
function createSigner(world: RotationWorld) {
  return createSigningKeys({
    client: world.secret.client,
    secretId: 'signing-keys',
    cacheSeconds: keyCacheSeconds,
    clock: world.clock,
  });
}

function createVerifier(world: RotationWorld) {
  let reads = 0;
  const reasons: string[] = [];
  const authorizer = createAuthorizer({
    keys: createVerificationKeys({
      read: async () => {
        reads += 1;
        const set = world.published.set();
        if (!set) throw new Error('nothing published');
        return set;
      },
      clock: world.clock,
      cacheSeconds: keyCacheSeconds,
      maxStaleSeconds: accessTokenTtlSeconds,
    }),
    revocations: { get: async () => createRevocationList(), fresh: () => undefined },
    sessions: { readEach: () => Promise.reject(new Error('no cookie is sent')) },
    policy: { issuer, audience, maxLifetimeSeconds: accessTokenTtlSeconds, clockLeewaySeconds },
    clock: world.clock,
    refused: async ({ reason }) => {
      reasons.push(reason);
    },
    failed: (error) => {
      reasons.push(String(error));
    },
  });
  return {
    reasons,
    reads: () => reads,
    verify: (text: string) => authorizer(authorizerEvent([`Bearer ${text}`])),
  };
}

function claimsAt(seconds: number): AccessTokenClaims {
  return {
    iss: issuer,
    sub: 'subject',
    aud: audience,
    exp: seconds + accessTokenTtlSeconds,
    iat: seconds,
    jti: 'jti',
    sid: 'sid',
    client_id: 'gatehouse',
    scope: 'account',
    roles: [],
    tenant_id: 'default',
    auth_time: seconds,
    amr: ['pwd'],
    acr: 'aal1',
  };
}

describe('a soak with rotations in it', { timeout: 60_000 }, () => {
  it('K04 refuses none of 10,000 verifications, whatever signers and verifiers cache', async () => {
    const world = await createRotationWorld();
    const signers = Array.from({ length: 5 }, () => createSigner(world));
    const verifiers = Array.from({ length: 5 }, () => createVerifier(world));
    const live: { readonly text: string; readonly exp: number }[] = [];
    const kids = new Set<string>();
    let verified = 0;

    // Four rotations, each as early as it may come, in steps of seven seconds of a clock of our own.
    const stepSeconds = 7;
    const steps = 500;
    let rotations = 0;
    for (let step = 0; step < steps; step++) {
      world.advance(stepSeconds);
      const nowSeconds = Math.floor(world.clock() / 1000);
      if (rotations < 4 && step * stepSeconds >= (rotations + 1) * (keyCacheSeconds + stepSeconds)) {
        await world.rotate(token(rotations));
        rotations += 1;
      }
      // Not every container works at every moment: caches grow old.
      const signer = signers[(step * 3) % signers.length];
      if (signer && step % 2 === 0) {
        const key = await signer.current();
        kids.add(key.kid);
        live.push({ text: signAccessToken(claimsAt(nowSeconds), key), exp: nowSeconds + accessTokenTtlSeconds });
      }
      const usable = live.filter(({ exp }) => nowSeconds < exp);
      for (let check = 0; check < 20; check++) {
        const presented = usable[(step * 31 + check * 7) % usable.length];
        const verifier = verifiers[(step + check) % verifiers.length];
        if (!presented || !verifier) continue;
        await verifier.verify(presented.text).catch(() => {});
        verified += 1;
      }
    }

    expect(rotations).toBe(4);
    expect(kids.size).toBe(5);
    expect(verified).toBe(10_000);
    expect(verifiers.flatMap(({ reasons }) => reasons)).toEqual([]);
    // Once a period, and never because a key was not known.
    const periods = Math.ceil((steps * stepSeconds) / keyCacheSeconds);
    for (const verifier of verifiers) expect(verifier.reads()).toBeLessThanOrEqual(periods + 1);
  });
});
