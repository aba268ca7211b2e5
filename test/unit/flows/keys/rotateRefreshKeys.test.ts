import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../../lambdas/contract/auditEvents.ts';
import { firstMacKeyRing, parseMacKeyRing } from '../../../../lambdas/core/keys/macKeyRing.ts';
import { rotationSteps } from '../../../../lambdas/core/keys/rotationEvent.ts';
import { macKeyStrategy } from '../../../../lambdas/flows/keys/macKeyStrategy.ts';
import { rotateSecret } from '../../../../lambdas/flows/keys/rotateSecret.ts';
import { createMacKeys } from '../../../../lambdas/stores/keys/macKeys.ts';
import { createSecretVersions } from '../../../../lambdas/stores/keys/secretVersions.ts';
import { createFakeSecretsManager } from '../../../support/fakes/fakeSecretsManager.ts';

const longestSessionSeconds = 30 * 86_400;
const keyCacheSeconds = 300;
const token = (name: string) => name.padEnd(36, '-');

function createWorld() {
  let nowMs = Date.UTC(2030, 0, 1);
  const clock = () => nowMs;
  const secret = createFakeSecretsManager(JSON.stringify(firstMacKeyRing(nowMs / 1000)));
  const events: AuditEvent[] = [];
  const strategy = macKeyStrategy({
    outbox: {
      record: async (event) => {
        if (!events.some(({ event_id }) => event_id === event.event_id)) events.push(event);
      },
    },
    clock,
    longestSessionSeconds,
    keyCacheSeconds,
  });
  const versions = createSecretVersions(secret.client, 'refresh-keys');
  return {
    secret,
    clock,
    events,
    advance(seconds: number) {
      nowMs += seconds * 1000;
    },
    ring: () => parseMacKeyRing(secret.textOf(secret.holderOf('AWSCURRENT')) ?? ''),
    reader: () => createMacKeys({ client: secret.client, secretId: 'refresh-keys', clock }),
    async rotate(name: string, { emergency = false, afterSeconds = keyCacheSeconds } = {}) {
      nowMs += afterSeconds * 1000;
      for (const step of rotationSteps)
        await rotateSecret({ step, token: token(name), emergency }, { versions, strategy });
    },
  };
}

describe('the rotation of the refresh keys', () => {
  it('begins to use a key that every reader has known for a whole period', async () => {
    const world = createWorld();
    const reader = world.reader();
    world.advance(keyCacheSeconds);
    const former = await reader.current();
    await world.rotate('a', { afterSeconds: 0 });
    const fresh = await world.reader().current();
    expect(fresh.kid).not.toBe(former.kid);
    const callsBefore = world.secret.calls();
    expect(await reader.find(fresh.kid)).toMatchObject({ kid: fresh.kid });
    expect(world.secret.calls()).toBe(callsBefore);
  });

  it('is refused before every reader knows the key it would begin to use', async () => {
    const world = createWorld();
    await world.rotate('a');
    const early = world.rotate('b', { afterSeconds: keyCacheSeconds - 1 });
    await expect(early).rejects.toThrow('may not sign before');
    await world.rotate('c', { afterSeconds: 1 });
    expect(world.secret.holdersOf('AWSCURRENT')).toEqual([token('c')]);
  });

  it('keeps a retired key as long as a session can live that began with it', async () => {
    const world = createWorld();
    const first = (await world.reader().current()).kid;
    await world.rotate('a');
    world.advance(longestSessionSeconds);
    await world.rotate('b');
    expect(await world.reader().find(first)).toMatchObject({ kid: first });
    world.advance(3600);
    await world.rotate('c');
    expect(await world.reader().find(first)).toBeUndefined();
  });

  it('K06 drops a retired key at its date, though no rotation comes', async () => {
    const world = createWorld();
    const first = (await world.reader().current()).kid;
    await world.rotate('a');
    const warm = world.reader();
    world.advance(longestSessionSeconds + 3600 - 1);
    expect(await warm.find(first)).toMatchObject({ kid: first });
    world.advance(1);
    expect(await warm.find(first)).toBeUndefined();
    expect((await world.reader().all()).map(({ kid }) => kid)).not.toContain(first);
  });

  it('drops every key in an emergency', async () => {
    const world = createWorld();
    const before = world.ring().keys.map(({ kid }) => kid);
    await world.rotate('a', { emergency: true });
    for (const kid of before) expect(await world.reader().find(kid)).toBeUndefined();
    expect(world.events).toMatchObject([{ type: 'refresh_keys.rotated', reason: 'emergency' }]);
  });

  it('leaves one event, which holds no key', async () => {
    const world = createWorld();
    await world.rotate('a');
    await world.rotate('a');
    expect(world.events.map(({ type }) => type)).toEqual(['refresh_keys.rotated']);
    for (const { key } of world.ring().keys) expect(JSON.stringify(world.events)).not.toContain(key);
  });
});
