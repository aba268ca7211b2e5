import type { AuditEvent } from '../../../lambdas/contract/auditEvents.ts';
import type { SigningAlgorithm } from '../../../lambdas/contract/signingAlgorithms.ts';
import type { KeyPublisher } from '../../../lambdas/core/keys/ports.ts';
import type { InstantsByKid, PublishedKeySet } from '../../../lambdas/core/keys/publishedKeySet.ts';
import { type RotationStep, rotationSteps } from '../../../lambdas/core/keys/rotationEvent.ts';
import { parseSigningKeyRing, type SigningKeyRing } from '../../../lambdas/core/keys/signingKeyRing.ts';
import { initializeSecrets } from '../../../lambdas/flows/keys/initializeSecrets.ts';
import { rotateSecret } from '../../../lambdas/flows/keys/rotateSecret.ts';
import { signingKeyStrategy } from '../../../lambdas/flows/keys/signingKeyStrategy.ts';
import { createSecretVersions } from '../../../lambdas/stores/keys/secretVersions.ts';
import { createFakeSecretsManager } from '../fakes/fakeSecretsManager.ts';

export const lifetimes = { keyCacheSeconds: 300, accessTokenTtlSeconds: 900, clockLeewaySeconds: 60 };

/** The published keys in memory, written only over the version they were made from, with what was written along. */
export function createFakePublisher() {
  let set: PublishedKeySet | undefined;
  let interrupt: (operation: string, when: 'before' | 'after') => void = () => {};
  const events: AuditEvent[] = [];
  const revokedKids: string[] = [];
  const publisher: KeyPublisher = {
    async find() {
      interrupt('find', 'before');
      return set;
    },
    async publish(write) {
      interrupt('publish', 'before');
      if (write.set.version !== (set?.version ?? 0) + 1) return false;
      set = write.set;
      if (write.event) events.push(write.event);
      revokedKids.push(...(write.revokedKids ?? []));
      interrupt('publish', 'after');
      return true;
    },
  };
  return {
    publisher,
    events,
    revokedKids,
    kids: () => set?.keys.map(({ kid }) => kid) ?? [],
    set: () => set,
    /** What a later release has published besides. */
    publishUnknown(unknownKeys: readonly unknown[], dropAt: InstantsByKid) {
      if (set) set = { ...set, unknownKeys, dropAt: { ...set.dropAt, ...dropAt } };
    },
    onCall(hook: typeof interrupt) {
      interrupt = hook;
    },
  };
}

/** A deployment's secrets, initialized, and its rotation of the signing keys. */
export async function createRotationWorld(algorithm: SigningAlgorithm = 'ES256') {
  let nowMs = Date.UTC(2030, 0, 1);
  const clock = () => nowMs;
  const secret = createFakeSecretsManager('generated-text');
  const published = createFakePublisher();
  const versions = createSecretVersions(secret.client, 'signing-keys');
  const other = () => createSecretVersions(createFakeSecretsManager('generated-text').client, 'other');
  const initialize = () =>
    initializeSecrets({
      signingKeys: versions,
      refreshKeys: other(),
      mailKeys: other(),
      credentialKeys: other(),
      publisher: published.publisher,
      outbox: { record: async () => {} },
      algorithm,
      clock,
    });
  await initialize();

  const strategy = signingKeyStrategy({ versions, publisher: published.publisher, algorithm, lifetimes, clock });
  const step = (name: RotationStep, token: string, emergency = false) =>
    rotateSecret({ step: name, token, emergency }, { versions, strategy });
  const ring = (): SigningKeyRing => parseSigningKeyRing(secret.textOf(secret.holderOf('AWSCURRENT')) ?? '');

  return {
    clock,
    secret,
    published,
    versions,
    initialize,
    step,
    ring,
    advance(seconds: number) {
      nowMs += seconds * 1000;
    },
    /** All four steps, as the service drives them. */
    async rotate(token: string, emergency = false) {
      for (const name of rotationSteps) await step(name, token, emergency);
    },
  };
}

export type RotationWorld = Awaited<ReturnType<typeof createRotationWorld>>;
