import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { publicHalf, thumbprint } from '../../../../lambdas/core/keys/jwk.ts';
import {
  type AuthorizerWorld,
  createAuthorizerWorld,
  encode,
  keyCacheSeconds,
  keyPair,
} from '../../../support/worlds/authorizerWorld.ts';

const kidNumber = (number: number) => encode(Buffer.alloc(32, String(number)));

describe('the keys of the authorizer', () => {
  let world: AuthorizerWorld;
  beforeEach(async () => {
    world = await createAuthorizerWorld();
  });

  it('J04 a thousand unknown kids cause at most one read in ten seconds', async () => {
    await world.present(world.token());
    expect(world.reads('PublishedKeys')).toBe(1);
    const unknown = (number: number) => world.signed(world.header({ kid: kidNumber(number) }), world.claims());
    const tokens = Array.from({ length: 1000 }, (_, number) => unknown(number));
    const answers = await Promise.all(tokens.map((token) => world.present(token)));
    expect(new Set(answers)).toEqual(new Set(['unauthorized']));
    expect(world.reads('PublishedKeys')).toBe(2);
    world.advance(9.999);
    expect(await world.present(unknown(1001))).toBe('unauthorized');
    expect(world.reads('PublishedKeys')).toBe(2);
    world.advance(0.001);
    expect(await world.present(unknown(1002))).toBe('unauthorized');
    expect(world.reads('PublishedKeys')).toBe(3);
  });

  it('a kid that was published since is found by that read', async () => {
    await world.present(world.token());
    const fresh = await keyPair('RS256', 'fresh');
    world.publish([publicHalf(world.key), publicHalf(fresh)], 2);
    expect(await world.present(world.token({}, fresh))).toMatchObject({ acr: 'aal1' });
  });

  it.each([
    '../../dev/null',
    "' OR 1=1 --",
    'https://attacker.example/jwks.json',
    'a\r\nSet-Cookie: x=y',
    '',
    'é',
    '__proto__',
    'a'.repeat(44),
  ])('J06 kid %j is refused without a read', async (kid) => {
    await world.present(world.token());
    expect(await world.present(world.signed(world.header({ kid }), world.claims()))).toBe('unauthorized');
    expect(world.reads('PublishedKeys')).toBe(1);
  });

  it('J06 a kid of 6 KB is refused without a read', async () => {
    const { jti } = world.claims();
    expect(await world.present(world.signed(world.header({ kid: 'k'.repeat(6000) }), { jti }))).toBe('unauthorized');
    expect(world.reads('PublishedKeys')).toBe(0);
  });

  it('K01 a token of the previous key is let through as long as the key is published', async () => {
    const token = world.token();
    const current = await keyPair('RS256', 'current');
    world.publish([publicHalf(world.key), publicHalf(current)], 2);
    world.advance(keyCacheSeconds);
    expect(await world.present(token)).toMatchObject({ acr: 'aal1' });
    expect(await world.present(world.token({}, current))).toMatchObject({ acr: 'aal1' });
  });

  it('K02 a token of a key that is not published is refused', async () => {
    const token = world.token();
    expect(await world.present(token)).toMatchObject({ acr: 'aal1' });
    const other = await keyPair('RS256', 'other');
    expect(await world.present(world.token({}, other))).toBe('unauthorized');
    world.publish([publicHalf(other)], 2);
    world.advance(keyCacheSeconds);
    expect(await world.present(token)).toBe('unauthorized');
    expect(await world.present(world.token({}, other))).toMatchObject({ acr: 'aal1' });
  });

  it('K06 a token of a retired key is refused from its drop date on, whether or not a rotation has come', async () => {
    const current = await keyPair('RS256', 'current');
    const dropAt = { [world.key.kid]: world.nowSeconds() + 100 };
    world.publish([publicHalf(world.key), publicHalf(current)], 2, dropAt);
    expect(await world.present(world.token())).toMatchObject({ acr: 'aal1' });
    world.advance(99);
    expect(await world.present(world.token())).toMatchObject({ acr: 'aal1' });
    world.advance(1);
    expect(await world.present(world.token())).toBe('unauthorized');
    expect(world.reads('PublishedKeys')).toBe(1);
    world.advance(keyCacheSeconds);
    expect(await world.present(world.token())).toBe('unauthorized');
    expect(await world.present(world.token({}, current))).toMatchObject({ acr: 'aal1' });
  });

  it('a warm authorizer reads the keys once a period, however many ask at once', async () => {
    const burst = () => Promise.all(Array.from({ length: 50 }, () => world.present(world.token())));
    await burst();
    expect(world.reads('PublishedKeys')).toBe(1);
    world.advance(keyCacheSeconds - 1);
    await burst();
    expect(world.reads('PublishedKeys')).toBe(1);
    world.advance(1);
    await burst();
    expect(world.reads('PublishedKeys')).toBe(2);
  });

  it('while the keys cannot be read, cached ones serve for a token’s lifetime', async () => {
    await world.present(world.token());
    world.dynamo.failWhen((_, table) => table === 'PublishedKeys');
    world.advance(899);
    expect(await world.present(world.token())).toMatchObject({ acr: 'aal1' });
    expect(await world.present(world.signed(world.header({ kid: kidNumber(1) }), world.claims()))).toBe('unauthorized');
    world.advance(1);
    expect(await world.present(world.token())).toBe('failed');
    world.dynamo.failWhen(() => false);
    expect(await world.present(world.token())).toMatchObject({ acr: 'aal1' });
  });

  it('without a key nothing is let through', async () => {
    world.dynamo.failWhen((_, table) => table === 'PublishedKeys');
    expect(await world.present(world.token())).toBe('failed');
    world.dynamo.failWhen(() => false);
    world.publish([], 2);
    expect(await world.present(world.token())).toBe('failed');
  });

  it('A18 a published key of a form that only a later release knows hides no other', async () => {
    const later = { kty: 'OKP', alg: 'EdDSA', crv: 'Ed25519', use: 'sig', kid: kidNumber(7), x: 'x'.repeat(43) };
    world.publish([later, publicHalf(world.key)], 2);
    expect(await world.present(world.token())).toMatchObject({ acr: 'aal1' });
    expect(await world.present(world.signed(world.header({ kid: later.kid }), world.claims()))).toBe('unauthorized');
  });

  it('A18 a role that only a later release knows is passed on', async () => {
    expect(await world.present(world.token({ roles: ['curator'] }))).toMatchObject({ roles: ['curator'] });
  });

  it('J30 a published key that is not fit for use verifies nothing', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const jwk = privateKey.export({ format: 'jwk' });
    const weak = {
      kty: 'RSA' as const,
      alg: 'RS256' as const,
      use: 'sig' as const,
      kid: thumbprint(jwk),
      n: jwk.n ?? '',
      e: jwk.e ?? '',
    };
    const { d = '', p = '', q = '', dp = '', dq = '', qi = '' } = jwk;
    world.publish([weak, publicHalf(world.key)], 2);
    expect(await world.present(world.token({}, { ...weak, d, p, q, dp, dq, qi }))).toBe('unauthorized');
    expect(await world.present(world.token())).toMatchObject({ acr: 'aal1' });
  });

  it('J30 a kid that names two published keys verifies nothing', async () => {
    const other = await keyPair('RS256', 'other');
    const twin = { ...publicHalf(other), kid: world.key.kid };
    world.publish([publicHalf(world.key), twin, publicHalf(other)], 2);
    expect(await world.present(world.token())).toBe('unauthorized');
    expect(await world.present(world.token({}, { ...other, kid: world.key.kid }))).toBe('unauthorized');
    expect(await world.present(world.token({}, other))).toMatchObject({ acr: 'aal1' });
  });
});
