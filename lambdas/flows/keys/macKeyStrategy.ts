import { systemEvent } from '../../core/audit/auditEvent.ts';
import type { AuditOutbox } from '../../core/audit/ports.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import {
  firstMacKeyRing,
  macKeyMaxAgeSeconds,
  nextMacKey,
  parseMacKeyRing,
  rotateMacKeyRing,
} from '../../core/keys/macKeyRing.ts';
import { EarlyRotationError } from '../../core/keys/rotationEvent.ts';
import type { RingStrategy } from './rotateSecret.ts';

/**
 * The rotation of the refresh tokens' MAC keys. A retired key verifies as long as a session that began with it can
 * live. An emergency drops all keys, and with them every session.
 */
export function macKeyStrategy(deps: {
  readonly outbox: AuditOutbox;
  readonly clock: Clock;
  readonly longestSessionSeconds: number;
  /** How long a reader goes on with a ring that it has read. */
  readonly keyCacheSeconds: number;
}): RingStrategy {
  const { outbox, clock } = deps;
  const longestUseSeconds = deps.longestSessionSeconds + macKeyMaxAgeSeconds;
  return {
    async derive(current, emergency) {
      const ring = parseMacKeyRing(current.text);
      const nowSeconds = epochSeconds(clock);
      const allowedAt = (nextMacKey(ring)?.created_at ?? 0) + deps.keyCacheSeconds;
      if (!emergency && nowSeconds < allowedAt) throw new EarlyRotationError(allowedAt);
      const following = emergency
        ? firstMacKeyRing(nowSeconds)
        : rotateMacKeyRing(ring, nowSeconds, { longestUseSeconds });
      return JSON.stringify({ ...following, derived_from: current.id });
    },
    predecessorOf: (ring) => parseMacKeyRing(ring).derived_from,
    // The verifiers of these keys read the ring itself.
    async publish() {},
    async test(pending) {
      parseMacKeyRing(pending.text);
    },
    async announce(pending, current) {
      const { keys, current: kid } = parseMacKeyRing(pending.text);
      const known = new Set(parseMacKeyRing(current.text).keys.map((key) => key.kid));
      const isEmergency = !keys.some((key) => known.has(key.kid));
      await outbox.record(
        systemEvent({
          type: 'refresh_keys.rotated',
          // The same event, however often the step is repeated.
          eventId: `refresh_keys.rotated:${pending.id}`,
          nowMs: clock(),
          targetId: kid,
          ...(isEmergency && { reason: 'emergency' }),
          details: { version: pending.id, keys: keys.length },
        }),
      );
    },
    async settle() {},
  };
}
