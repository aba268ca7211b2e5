import { beforeEach, describe, expect, it } from 'vitest';
import { EarlyRotationError, rotationSteps } from '../../../../lambdas/core/keys/rotationEvent.ts';
import { SupersededRotationError } from '../../../../lambdas/flows/keys/rotateSecret.ts';
import { settleSigningKeys } from '../../../../lambdas/flows/keys/signingKeyStrategy.ts';
import { createRotationWorld, lifetimes, type RotationWorld } from '../../../support/worlds/rotationWorld.ts';

const token = (name: string) => name.padEnd(36, '-');

describe('the rotation of the signing keys', () => {
  let world: RotationWorld;
  beforeEach(async () => {
    world = await createRotationWorld();
    world.advance(lifetimes.keyCacheSeconds);
  });
  const kidsOf = ({ retired, current, next } = world.ring()) => [
    ...retired.map(({ jwk }) => jwk.kid),
    current.jwk.kid,
    next.jwk.kid,
  ];

  it('K01 makes next current, with the former still published', async () => {
    const before = world.ring();
    await world.rotate(token('a'));
    const after = world.ring();
    expect(after.current.jwk).toEqual(before.next.jwk);
    expect(after.retired.map(({ jwk }) => jwk.kid)).toEqual([before.current.jwk.kid]);
    expect(kidsOf()).not.toContain(undefined);
    expect(new Set(world.published.kids())).toEqual(new Set(kidsOf()));
    expect(world.secret.holdersOf('AWSCURRENT')).toEqual([token('a')]);
    expect(world.secret.holdersOf('AWSPENDING')).toEqual([]);
  });

  it('changes nothing when a new schedule tests it', async () => {
    const before = kidsOf();
    world.secret.beginRotation(token('t'));
    await world.step('testSecret', token('t'));
    const current = world.secret.textOf(world.secret.holderOf('AWSCURRENT')) ?? '';
    await world.versions.putPending(token('u'), current);
    await world.step('testSecret', token('u'));
    expect(world.secret.holdersOf('AWSPENDING')).toEqual([token('u')]);
    expect(kidsOf()).toEqual(before);
    expect(world.published.events).toHaveLength(1);
  });

  it('leaves exactly one event', async () => {
    await world.rotate(token('a'));
    await world.step('finishSecret', token('a'));
    expect(world.published.events.map(({ type }) => type)).toEqual([
      'signing_keys.initialized',
      'signing_keys.rotated',
    ]);
    expect(world.published.events[1]).toMatchObject({
      target: { type: 'signing_keys', id: world.ring().current.jwk.kid },
      details: { version: token('a') },
    });
  });

  it('never publishes a private member', async () => {
    await world.rotate(token('a'));
    for (const jwk of world.published.set()?.keys ?? []) {
      expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    }
    const secrets = [world.ring().current.jwk.d, world.ring().next.jwk.d];
    for (const secret of secrets) expect(JSON.stringify(world.published.events)).not.toContain(secret);
  });

  it('publishes a key before it may sign', async () => {
    await world.step('createSecret', token('a'));
    const pending = JSON.parse(world.secret.textOf(token('a')) ?? '');
    expect(world.published.kids()).not.toContain(pending.next.jwk.kid);
    await expect(world.step('testSecret', token('a'))).rejects.toThrow('not published');
    await expect(world.step('finishSecret', token('a'))).rejects.toThrow('not published');
    await world.step('setSecret', token('a'));
    expect(world.published.kids()).toContain(pending.next.jwk.kid);
    await world.step('testSecret', token('a'));
  });

  it('K04 is refused before next has been published for a whole period', async () => {
    await world.rotate(token('a'));
    world.advance(lifetimes.keyCacheSeconds - 1);
    const before = world.ring();
    world.secret.beginRotation(token('b'));
    await expect(world.rotate(token('b'))).rejects.toBeInstanceOf(EarlyRotationError);
    expect(world.ring()).toEqual(before);
    expect(world.secret.holdersOf('AWSPENDING')).toEqual([]);
    world.advance(1);
    world.secret.beginRotation(token('c'));
    await world.rotate(token('c'));
    expect(world.ring().current.jwk.kid).toBe(before.next.jwk.kid);
  });

  it('K04 counts from the publication', async () => {
    await world.step('createSecret', token('a'));
    world.advance(10_000);
    for (const step of rotationSteps) await world.step(step, token('a'));
    world.advance(lifetimes.keyCacheSeconds - 1);
    await expect(world.rotate(token('b'))).rejects.toBeInstanceOf(EarlyRotationError);
  });

  it('K05 five rotations within fifteen minutes drop no live key', async () => {
    const signers = new Set([world.ring().current.jwk.kid]);
    let refused = 0;
    for (let rotation = 0; rotation < 5; rotation++) {
      await world.rotate(token(`r${rotation}`)).catch((error: unknown) => {
        expect(error).toBeInstanceOf(EarlyRotationError);
        refused += 1;
      });
      signers.add(world.ring().current.jwk.kid);
      for (const kid of signers) expect(world.published.kids()).toContain(kid);
      world.advance(180);
    }
    expect(refused).toBe(2);
  });

  it('drops a retired key when its last token is dead', async () => {
    const first = world.ring().current.jwk.kid;
    await world.rotate(token('a'));
    const dropAfter = 3 * lifetimes.keyCacheSeconds + lifetimes.accessTokenTtlSeconds + lifetimes.clockLeewaySeconds;
    world.advance(dropAfter - 1);
    await world.rotate(token('b'));
    expect(kidsOf()).toContain(first);
    world.advance(lifetimes.keyCacheSeconds);
    await world.rotate(token('c'));
    expect(kidsOf()).not.toContain(first);
    expect(world.published.kids()).not.toContain(first);
    expect(new Set(world.published.kids())).toEqual(new Set(kidsOf()));
  });

  it('K06 publishes when the retired key is dropped, once it no longer signs', async () => {
    const first = world.ring().current.jwk.kid;
    for (const step of ['createSecret', 'setSecret', 'testSecret'] as const) await world.step(step, token('a'));
    expect(world.published.set()?.dropAt).toEqual({});
    await world.step('finishSecret', token('a'));
    const [retired] = world.ring().retired;
    expect(world.published.set()?.dropAt).toEqual({ [first]: retired?.drop_at });
  });

  it('K06 publishes the drop date of a key that the release before retired, at the next deployment', async () => {
    await world.rotate(token('a'));
    const set = world.published.set();
    if (!set) throw new Error('nothing is published');
    const events = world.published.events.length;
    await world.published.publisher.publish({ set: { ...set, version: set.version + 1, dropAt: {} }, nowMs: 0 });
    await world.initialize();
    expect(world.published.set()).toMatchObject({ dropAt: set.dropAt, keys: set.keys, settled: set.settled });
    expect(world.published.events).toHaveLength(events);
  });

  it('works on a version that the service staged without a value', async () => {
    for (const name of ['a', 'b', 'c']) {
      world.secret.beginRotation(token(name));
      await world.rotate(token(name));
      expect(world.secret.holderOf('AWSCURRENT')).toBe(token(name));
      world.advance(lifetimes.keyCacheSeconds);
    }
    expect(world.secret.holdersOf('AWSPREVIOUS')).toEqual([token('b')]);
  });

  it('can repeat each step any number of times', async () => {
    for (const step of rotationSteps) {
      await world.step(step, token('a'));
      const text = world.secret.textOf(token('a'));
      await world.step(step, token('a'));
      expect(world.secret.textOf(token('a'))).toBe(text);
    }
    for (const step of rotationSteps) await world.step(step, token('a'));
    expect(world.secret.holderOf('AWSCURRENT')).toBe(token('a'));
    expect(world.published.events).toHaveLength(2);
  });

  it('needs its steps in order', async () => {
    await expect(world.step('setSecret', token('a'))).rejects.toThrow('has not created its version');
    await expect(world.step('finishSecret', token('a'))).rejects.toThrow('has not created its version');
  });

  it('in an emergency puts current and next out of use for good', async () => {
    const before = world.ring();
    const replaced = [before.current.jwk.kid, before.next.jwk.kid];
    await world.rotate(token('a'));
    const rotated = [...replaced, world.ring().next.jwk.kid];
    await world.rotate(token('b'), true);
    expect(kidsOf()).not.toEqual(expect.arrayContaining([replaced[1]]));
    expect(world.published.revokedKids).toEqual(rotated.slice(1));
    for (const kid of rotated.slice(1)) expect(world.published.kids()).not.toContain(kid);
    for (const kid of kidsOf()) expect(world.published.kids()).toContain(kid);
    expect(world.published.events.at(-1)).toMatchObject({ type: 'signing_keys.replaced', reason: 'emergency' });
    world.advance(lifetimes.keyCacheSeconds);
    await world.rotate(token('c'));
    for (const kid of rotated.slice(1)) expect(world.published.kids()).not.toContain(kid);
    expect(world.published.events.at(-1)?.type).toBe('signing_keys.rotated');
  });

  it('in an emergency wins over a rotation under way, whose keys do not come back', async () => {
    const replaced = world.ring().current.jwk.kid;
    await world.step('createSecret', token('a'));
    await world.step('setSecret', token('a'));
    await world.rotate(token('b'), true);
    for (const step of ['setSecret', 'testSecret', 'finishSecret'] as const) {
      await expect(world.step(step, token('a'))).rejects.toBeInstanceOf(SupersededRotationError);
    }
    expect(world.published.kids()).not.toContain(replaced);
    expect(world.secret.holdersOf('AWSCURRENT')).toEqual([token('b')]);
  });

  it('leaves no key published that belongs to no ring', async () => {
    await world.step('createSecret', token('abandoned'));
    await world.step('setSecret', token('abandoned'));
    await world.rotate(token('a'));
    expect(new Set(world.published.kids())).toEqual(new Set(kidsOf()));
  });

  it('one that resumes when others have gone on changes nothing', async () => {
    await world.rotate(token('a'));
    const paused = { id: token('a'), text: world.secret.textOf(token('a')) ?? '' };
    world.advance(lifetimes.keyCacheSeconds);
    await world.rotate(token('b'));
    const before = [world.published.set(), world.published.events.length];
    const { versions, clock } = world;
    await settleSigningKeys(paused, { publisher: world.published.publisher, versions, clock });
    expect([world.published.set(), world.published.events.length]).toEqual(before);
  });

  it('a late rotation cannot bring old keys back', async () => {
    await world.step('createSecret', token('late'));
    await world.step('setSecret', token('late'));
    await world.rotate(token('a'));
    const { current } = world.ring();
    await expect(world.step('finishSecret', token('late'))).rejects.toBeInstanceOf(SupersededRotationError);
    expect(world.ring().current).toEqual(current);
  });
});
