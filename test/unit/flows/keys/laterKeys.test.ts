import { beforeEach, describe, expect, it } from 'vitest';
import { createRotationWorld, lifetimes, type RotationWorld } from '../../../support/worlds/rotationWorld.ts';

const token = (name: string) => name.padEnd(36, '-');
const later = { kty: 'OKP', alg: 'EdDSA', crv: 'Ed25519', use: 'sig', kid: 'later', x: 'x' };

describe('A18 a published key of a form that only a later release knows', () => {
  let world: RotationWorld;
  let dropAt: number;
  beforeEach(async () => {
    world = await createRotationWorld();
    dropAt = world.clock() / 1000 + 2 * lifetimes.keyCacheSeconds;
    world.advance(lifetimes.keyCacheSeconds);
    world.published.publishUnknown([later], { later: dropAt });
  });

  it('stays published when this release rotates, until its drop date', async () => {
    await world.rotate(token('a'));
    expect(world.published.set()).toMatchObject({ unknownKeys: [later], dropAt: { later: dropAt } });
    world.advance(lifetimes.keyCacheSeconds);
    await world.rotate(token('b'));
    expect(world.published.set()).not.toHaveProperty('unknownKeys');
    expect(world.published.set()?.dropAt).not.toHaveProperty('later');
  });

  it('goes with an emergency', async () => {
    await world.rotate(token('a'), true);
    expect(world.published.set()).not.toHaveProperty('unknownKeys');
  });

  it('gives way to the same key in the form of this release: of two with one kid, none would verify', async () => {
    const { kid } = world.ring().current.jwk;
    world.published.publishUnknown([{ ...later, kid }], {});
    await world.rotate(token('a'));
    expect(world.published.kids()).toContain(kid);
    expect(world.published.set()).not.toHaveProperty('unknownKeys');
  });
});
