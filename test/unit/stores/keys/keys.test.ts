import { describe, expect, it } from 'vitest';
import { firstMacKeyRing, rotateMacKeyRing } from '../../../../lambdas/core/keys/macKeyRing.ts';
import { firstSigningKeyRing } from '../../../../lambdas/core/keys/signingKeyRing.ts';
import { createMacKeys } from '../../../../lambdas/stores/keys/macKeys.ts';
import { createSecretVersions } from '../../../../lambdas/stores/keys/secretVersions.ts';
import { createSigningKeys } from '../../../../lambdas/stores/keys/signingKeys.ts';
import { createFakeSecretsManager } from '../../../support/fakes/fakeSecretsManager.ts';

function createClock() {
  let nowMs = Date.UTC(2030, 0, 1);
  return {
    clock: () => nowMs,
    advance(seconds: number) {
      nowMs += seconds * 1000;
    },
  };
}

function createFailing(text: string) {
  const secret = createFakeSecretsManager(text);
  return {
    ...secret,
    fail(does: boolean) {
      secret.onCall(() => {
        if (does) throw new Error('connection broken');
      });
    },
  };
}

describe('the MAC keys of a warm Lambda', () => {
  const first = firstMacKeyRing(0);

  it('are read once for all who ask, while the copy is fresh', async () => {
    const { clock, advance } = createClock();
    const secret = createFailing(JSON.stringify(first));
    const keys = createMacKeys({ client: secret.client, secretId: 's', clock, cacheSeconds: 300 });
    await Promise.all([keys.current(), keys.current(), keys.find(first.current)]);
    expect(secret.calls()).toBe(1);
    advance(300);
    expect((await keys.current()).kid).toBe(first.current);
    expect(secret.calls()).toBe(2);
  });

  it('are read again for an unknown kid, once in ten seconds', async () => {
    const { clock, advance } = createClock();
    const secret = createFailing(JSON.stringify(first));
    const keys = createMacKeys({ client: secret.client, secretId: 's', clock });
    await keys.current();
    const asked = await Promise.all(Array.from({ length: 50 }, (_, number) => keys.find(`unknown-${number}`)));
    expect(asked.every((key) => key === undefined)).toBe(true);
    expect(secret.calls()).toBe(2);
    advance(10);
    expect(await keys.find('unknown')).toBeUndefined();
    expect(secret.calls()).toBe(3);
  });

  it('that were made since are found by that reread', async () => {
    const { clock } = createClock();
    const secret = createFailing(JSON.stringify(first));
    const keys = createMacKeys({ client: secret.client, secretId: 's', clock });
    await keys.current();
    const twice = [1, 2].reduce((ring) => rotateMacKeyRing(ring, 1, { longestUseSeconds: 100 }), first);
    await createSecretVersions(secret.client, 's').putCurrent('2', JSON.stringify(twice));
    expect(await keys.find(twice.current)).toMatchObject({ kid: twice.current });
  });

  it('F18 are unavailable when the ring cannot be read, is no ring, or may hold the unknown kid', async () => {
    const { clock } = createClock();
    const broken = createMacKeys({ client: createFailing('no ring').client, secretId: 's', clock });
    await expect(broken.current()).rejects.toMatchObject({ code: 'unavailable' });
    const secret = createFailing(JSON.stringify(first));
    const keys = createMacKeys({ client: secret.client, secretId: 's', clock });
    secret.fail(true);
    await expect(keys.find(first.current)).rejects.toMatchObject({ code: 'unavailable' });
    secret.fail(false);
    await keys.current();
    secret.fail(true);
    expect(await keys.find(first.current)).toMatchObject({ kid: first.current });
    await expect(keys.find('unknown')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('the signing key of a warm Lambda', () => {
  it('F17 F19 serves while the secret cannot be read, then is unavailable', async () => {
    const { clock, advance } = createClock();
    const ring = await firstSigningKeyRing('ES256', 0);
    const secret = createFailing(JSON.stringify(ring));
    const keys = createSigningKeys({ client: secret.client, secretId: 's', cacheSeconds: 300, clock });
    expect(await keys.current()).toMatchObject({ kid: ring.current.jwk.kid, algorithm: 'ES256' });
    secret.fail(true);
    advance(899);
    expect((await keys.current()).kid).toBe(ring.current.jwk.kid);
    advance(1);
    await expect(keys.current()).rejects.toMatchObject({ code: 'unavailable', status: 503 });
    secret.fail(false);
    expect((await keys.current()).kid).toBe(ring.current.jwk.kid);
  });

  it('is one that was put in its place at most a minute ago', async () => {
    const { clock, advance } = createClock();
    const [ring, following] = await Promise.all([firstSigningKeyRing('ES256', 0), firstSigningKeyRing('ES256', 0)]);
    const secret = createFailing(JSON.stringify(ring));
    const keys = createSigningKeys({ client: secret.client, secretId: 's', cacheSeconds: 300, clock });
    await keys.current();
    await createSecretVersions(secret.client, 's').putCurrent('2', JSON.stringify(following));
    advance(59);
    expect((await keys.current()).kid).toBe(ring.current.jwk.kid);
    advance(1);
    expect((await keys.current()).kid).toBe(following.current.jwk.kid);
    expect(secret.calls()).toBe(3);
  });

  it('F18 is unavailable when the first read fails or finds no ring', async () => {
    const { clock } = createClock();
    for (const text of ['generated', '{}', JSON.stringify(firstMacKeyRing(0))]) {
      const { client } = createFailing(text);
      const keys = createSigningKeys({ client, secretId: 's', cacheSeconds: 300, clock });
      await expect(keys.current()).rejects.toMatchObject({ code: 'unavailable' });
    }
  });
});
