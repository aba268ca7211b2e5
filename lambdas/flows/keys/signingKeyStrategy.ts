import { sign } from 'node:crypto';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { SigningAlgorithm } from '../../contract/signingAlgorithms.ts';
import { systemEvent } from '../../core/audit/auditEvent.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import { admitKeySet } from '../../core/keys/jwkAdmission.ts';
import type { KeyPublisher, SecretVersion, SecretVersions } from '../../core/keys/ports.ts';
import { holdsAll, settledWith, withDropDates, withKeys } from '../../core/keys/publishedKeySet.ts';
import {
  advance,
  dropDatesOf,
  type Lifetimes,
  parseSigningKeyRing,
  prepareSigningKey,
  publicKeysOf,
  replace,
  type SigningKeyRing,
} from '../../core/keys/signingKeyRing.ts';
import type { RingStrategy } from './rotateSecret.ts';

export interface SigningKeyDeps {
  readonly versions: SecretVersions;
  readonly publisher: KeyPublisher;
  readonly algorithm: SigningAlgorithm;
  readonly lifetimes: Lifetimes;
  readonly clock: Clock;
}

/** The rotation of the signing key ring: a key is published one whole period before it signs. */
export function signingKeyStrategy(deps: SigningKeyDeps): RingStrategy {
  const { publisher, algorithm, lifetimes, clock } = deps;
  return {
    async derive(current, emergency) {
      const ring = parseSigningKeyRing(current.text);
      const nowSeconds = epochSeconds(clock);
      const nextPublishedAt = (await publisher.find())?.firstPublished[ring.next.jwk.kid];
      const following = emergency
        ? await replace(ring, nowSeconds, algorithm)
        : await advance(ring, nowSeconds, { ...lifetimes, algorithm, nextPublishedAt });
      return JSON.stringify({ ...following, derived_from: current.id });
    },
    predecessorOf: (ring) => parseSigningKeyRing(ring).derived_from,
    publish: (pending, current) => publishKeys([current, pending], deps),
    test: (pending) => testRing(parseSigningKeyRing(pending.text), publisher),
    settle: (current) => settleSigningKeys(current, deps),
  };
}

async function publishKeys(versions: readonly SecretVersion[], { publisher, clock }: SigningKeyDeps): Promise<void> {
  const keys = versions.flatMap(({ text }) => publicKeysOf(parseSigningKeyRing(text)));
  await untilWritten(async () => {
    const set = await publisher.find();
    if (set && holdsAll(set, keys)) return true;
    return publisher.publish({ set: withKeys(set, keys, epochSeconds(clock)), nowMs: clock() });
  });
}

/**
 * Publishes exactly what is needed from now on, records the rotation and, after an emergency, revokes the keys put out
 * of use: one transaction, once a version. It runs before a rotation that starts from this version publishes anything,
 * so it drops no key of a rotation under way.
 */
export async function settleSigningKeys(
  current: SecretVersion,
  { publisher, versions, clock }: Pick<SigningKeyDeps, 'publisher' | 'versions' | 'clock'>,
): Promise<void> {
  const ring = parseSigningKeyRing(current.text);
  await untilWritten(async () => {
    const set = await publisher.find();
    const dropAt = dropDatesOf(ring);
    const nowMs = clock();
    const nowSeconds = Math.floor(nowMs / 1000);
    if (set?.settled === current.id) {
      // The release before published no dates.
      if (ring.retired.every(({ jwk }) => !holdsAll(set, [jwk]) || jwk.kid in set.dropAt)) return true;
      return publisher.publish({ set: withDropDates(set, dropAt, nowSeconds), nowMs });
    }
    // Another rotation has promoted a newer version: it settled this one before.
    if ((await versions.current())?.id !== current.id) return true;
    const keys = publicKeysOf(ring);
    const replaced = ring.replaced ?? [];
    return publisher.publish({
      set: settledWith(set, { keys, dropAt, replaced, settled: current.id, nowSeconds }),
      nowMs,
      event: rotationEvent(ring, current.id, nowMs),
      revokedKids: replaced,
    });
  });
}

function rotationEvent(ring: SigningKeyRing, version: string, nowMs: number): AuditEvent {
  const common = { nowMs, targetId: ring.current.jwk.kid };
  const details = { version, next_kid: ring.next.jwk.kid };
  if (ring.derived_from === undefined) return systemEvent({ ...common, type: 'signing_keys.initialized', details });
  if (!ring.replaced) return systemEvent({ ...common, type: 'signing_keys.rotated', details });
  return systemEvent({
    ...common,
    type: 'signing_keys.replaced',
    reason: 'emergency',
    details: { ...details, replaced: ring.replaced.join(' ') },
  });
}

/**
 * @throws Error unless a signature of the ring's current key verifies with the published keys, and all are published.
 */
async function testRing(ring: SigningKeyRing, publisher: KeyPublisher): Promise<void> {
  const set = await publisher.find();
  if (!set || !holdsAll(set, publicKeysOf(ring))) throw new Error('the pending keys are not published');
  const { kid, privateKey } = prepareSigningKey(ring);
  const signingInput = Buffer.from(`rotation.${kid}`);
  const signature = sign('sha256', signingInput, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const published = admitKeySet(set.keys).keys.get(kid);
  const isOfItsLength = signature.length === published?.signatureLength;
  if (!isOfItsLength || !published.verifies({ signingInput, signature }))
    throw new Error('the pending key does not verify with the published keys');
}

const attempts = 10;

/** @throws Error when other runs keep publishing in between; a later call succeeds. */
async function untilWritten(write: () => Promise<boolean>): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (await write()) return;
  }
  throw new Error('the published keys keep changing; try again');
}
