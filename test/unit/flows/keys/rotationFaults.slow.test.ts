import { describe, expect, it } from 'vitest';
import { rotationSteps } from '../../../../lambdas/core/keys/rotationEvent.ts';
import { SupersededRotationError } from '../../../../lambdas/flows/keys/rotateSecret.ts';
import { createRotationWorld, lifetimes, type RotationWorld } from '../../../support/worlds/rotationWorld.ts';

const token = (name: string) => name.padEnd(36, '-');

class Crash extends Error {}

async function readyWorld(): Promise<RotationWorld> {
  const world = await createRotationWorld();
  world.advance(lifetimes.keyCacheSeconds);
  return world;
}

/** Crashes at the nth call to a service, before or after its effect. Returns how many there were. */
function crashAt(world: RotationWorld, nth: number, when: 'before' | 'after') {
  let calls = 0;
  const hook = (_: string, moment: 'before' | 'after') => {
    if (moment === 'before') calls += 1;
    if (calls === nth && moment === when) throw new Crash();
  };
  world.secret.onCall(hook);
  world.published.onCall(hook);
  return {
    calls: () => calls,
    restore() {
      world.secret.onCall(() => {});
      world.published.onCall(() => {});
    },
  };
}

/** What must hold whatever has happened. */
function expectSound(world: RotationWorld): void {
  expect(world.secret.holdersOf('AWSCURRENT')).toHaveLength(1);
  const { retired, current, next } = world.ring();
  const needed = [...retired.map(({ jwk }) => jwk.kid), current.jwk.kid, next.jwk.kid];
  for (const kid of needed) expect(world.published.kids()).toContain(kid);
}

describe('a rotation that crashes', () => {
  it('F20 at any call is completed by running it again', async () => {
    const dry = await readyWorld();
    const counter = crashAt(dry, Number.POSITIVE_INFINITY, 'before');
    await dry.rotate(token('a'));
    const total = counter.calls();
    expect(total).toBeGreaterThan(15);
    for (let nth = 1; nth <= total; nth++) {
      for (const when of ['before', 'after'] as const) {
        const world = await readyWorld();
        const signer = world.ring().current.jwk.kid;
        const crash = crashAt(world, nth, when);
        await world.rotate(token('a')).catch(() => {});
        crash.restore();
        expectSound(world);
        expect(world.published.kids()).toContain(signer);
        await world.rotate(token('a'));
        expectSound(world);
        expect(world.secret.holderOf('AWSCURRENT')).toBe(token('a'));
        expect(world.secret.holdersOf('AWSPENDING')).toEqual([]);
        expect(world.published.events.map(({ type }) => type)).toEqual([
          'signing_keys.initialized',
          'signing_keys.rotated',
        ]);
      }
    }
  });

  it('F20 at any call does not block a later one', async () => {
    const total = 30;
    for (let nth = 1; nth <= total; nth++) {
      const world = await readyWorld();
      world.secret.beginRotation(token('a'));
      const crash = crashAt(world, nth, 'before');
      await world.rotate(token('a')).catch(() => {});
      crash.restore();
      world.advance(lifetimes.keyCacheSeconds);
      await world.rotate(token('b'));
      expectSound(world);
      expect(world.secret.holderOf('AWSCURRENT')).toBe(token('b'));
      const versions = world.published.events.map(({ details }) => details?.['version']);
      expect(new Set(versions).size).toBe(versions.length);
      if (world.secret.stagesOf(token('a')).includes('AWSPREVIOUS')) expect(versions).toContain(token('a'));
    }
  });

  it('in an emergency, at any call, is completed by running it again', async () => {
    for (let nth = 1; nth <= 30; nth++) {
      const world = await readyWorld();
      const { current, next } = world.ring();
      const crash = crashAt(world, nth, 'after');
      await world.rotate(token('a'), true).catch(() => {});
      crash.restore();
      await world.rotate(token('a'), true);
      expectSound(world);
      expect(world.published.revokedKids).toEqual([current.jwk.kid, next.jwk.kid]);
      expect(world.published.kids()).not.toContain(current.jwk.kid);
    }
  });
});

describe('two rotations at once', () => {
  it('F21 driven in any order leave exactly one version current', async () => {
    for (const seed of Array.from({ length: 40 }, (_, index) => index)) {
      const world = await readyWorld();
      const queues = [token('a'), token('b')].map((name) => rotationSteps.map((step) => ({ step, name })));
      let choice = seed;
      const outcomes: string[] = [];
      while (queues.some((queue) => queue.length > 0)) {
        const queue = queues[choice % 2]?.length ? queues[choice % 2] : queues.find(({ length }) => length > 0);
        choice = Math.floor(choice / 2) + (queue?.length ?? 0) * 7;
        const next = queue?.shift();
        if (!next) continue;
        try {
          await world.step(next.step, next.name);
          if (next.step === 'finishSecret') outcomes.push(next.name);
        } catch {
          queue?.splice(0);
        }
        expectSound(world);
      }
      expect(outcomes).toHaveLength(1);
      expect(world.secret.holdersOf('AWSCURRENT')).toEqual(outcomes);
      expect(world.published.events).toHaveLength(2);
      world.advance(lifetimes.keyCacheSeconds);
      world.secret.beginRotation(token('c'));
      await world.rotate(token('c'));
    }
  });

  it('F21 really at once have one winner at most', async () => {
    for (let run = 0; run < 10; run++) {
      const world = await readyWorld();
      const names = ['a', 'b', 'c'].map(token);
      const results = await Promise.allSettled(names.map((name) => world.rotate(name)));
      const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      for (const failure of failures) expect(failure).toBeInstanceOf(SupersededRotationError);
      expect(failures.length).toBeGreaterThanOrEqual(2);
      expectSound(world);
      await world.rotate(token('d')).catch((error: Error) => expect(error.name).toBe('EarlyRotationError'));
      expectSound(world);
    }
  });

  it('F21 the same rotation twice at once is one rotation', async () => {
    const world = await readyWorld();
    await Promise.allSettled([world.rotate(token('a')), world.rotate(token('a'))]);
    await world.rotate(token('a'));
    expectSound(world);
    expect(world.secret.holdersOf('AWSCURRENT')).toEqual([token('a')]);
    expect(world.published.events).toHaveLength(2);
  });
});
