import { expect, it } from 'vitest';
import { eventsBeginAtMs, missingEvents } from '../../../../scripts/demo/events.ts';
import { testEvent } from '../../../support/worlds/auditWorld.ts';

const traces = { sub: 'sub-of-the-journey', keyRingVersion: 'version-of-the-journey' };
const actor = { type: 'subject', id: traces.sub } as const;

const journey = [
  testEvent({ type: 'registration.requested', actor: { type: 'stranger' }, target: { type: 'address' } }),
  testEvent({ type: 'account.created', actor }),
  ...Array.from({ length: 4 }, () => testEvent({ type: 'sign_in.succeeded', actor })),
  testEvent({ type: 'session.refreshed', actor }),
  testEvent({ type: 'session.refreshed', actor }),
  testEvent({ type: 'session.reuse_detected', actor: { type: 'stranger' }, details: { sub: traces.sub } }),
  testEvent({ type: 'session.revoked', actor }),
  testEvent({ type: 'signing_keys.rotated', actor: { type: 'system' }, details: { version: traces.keyRingVersion } }),
];

it('a journey whose events are all in the log misses none', () => {
  expect(missingEvents(journey, traces)).toEqual([]);
});

it('each event that is not there is named', () => {
  for (const absent of journey) {
    const rest = journey.filter((event) => event !== absent);
    expect(missingEvents(rest, traces)).toEqual([absent.type]);
  }
});

it("another's events of the same kinds stand for none of the journey's own", () => {
  const anothers = { sub: 'another', keyRingVersion: 'another' };
  expect(missingEvents(journey, anothers)).toEqual([
    'account.created',
    'sign_in.succeeded',
    'session.refreshed',
    'session.reuse_detected',
    'session.revoked',
    'signing_keys.rotated',
  ]);
});

it('the events of a journey begin with its minute', () => {
  expect(eventsBeginAtMs(Date.UTC(2026, 10, 1, 3, 23, 57, 123))).toBe(Date.UTC(2026, 10, 1, 3, 23));
  expect(eventsBeginAtMs(Date.UTC(2026, 10, 1, 3, 23))).toBe(Date.UTC(2026, 10, 1, 3, 23));
});
