import type { AuditEvent, AuditEventType } from '../../lambdas/contract/auditEvents.ts';

/** Who went on the journey, and what only that journey has done. */
export interface Traces {
  readonly sub: string;
  /** The version of the key ring that its rotation made. */
  readonly keyRingVersion: string;
}

interface Expectation {
  readonly type: AuditEventType;
  /** What the event has to name. */
  readonly naming?: string;
  readonly atLeast: number;
}

/**
 * A stranger's events are aggregated by the minute, so a registration may be part of an event from before the journey.
 */
export function eventsBeginAtMs(startedAtMs: number): number {
  return startedAtMs - (startedAtMs % 60_000);
}

/** The event types of this journey that are not in the log yet. Events of other people do not count. */
export function missingEvents(
  events: readonly AuditEvent[],
  { sub, keyRingVersion }: Traces,
): readonly AuditEventType[] {
  const expected: readonly Expectation[] = [
    { type: 'registration.requested', atLeast: 1 },
    { type: 'account.created', naming: sub, atLeast: 1 },
    { type: 'sign_in.succeeded', naming: sub, atLeast: 4 },
    { type: 'session.refreshed', naming: sub, atLeast: 2 },
    { type: 'session.reuse_detected', naming: sub, atLeast: 1 },
    { type: 'session.revoked', naming: sub, atLeast: 1 },
    { type: 'signing_keys.rotated', naming: keyRingVersion, atLeast: 1 },
  ];
  const found = ({ type, naming }: Expectation) =>
    events.filter((event) => event.type === type && (naming === undefined || names(event, naming))).length;
  return expected.filter((expectation) => found(expectation) < expectation.atLeast).map(({ type }) => type);
}

function names({ actor, target, details = {} }: AuditEvent, id: string): boolean {
  return [actor.id, target.id, ...Object.values(details)].includes(id);
}
