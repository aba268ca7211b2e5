import { describe, expect, it, vi } from 'vitest';
import { isOneRotation, presentAtOnce } from '../../../bench/refresh/atOnce.ts';
import { refreshWorld } from '../../../bench/refresh/ours.ts';

vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');

const times = 50;
const at = (delayMs: number) => refreshWorld({ delayMs, algorithm: 'ES256', sessions: 1 });

describe.each([0, 5])('50 parallel uses of one refresh token, with the storage %i ms away', (delayMs) => {
  it('lead to one rotation', async () => {
    const { session, events } = await presentAtOnce(await at(delayMs), times);
    expect([session?.['generation'], events]).toEqual([1, ['session.refreshed']]);
  });

  it('are all answered with the one successor', async () => {
    const { statuses, successors } = await presentAtOnce(await at(delayMs), times);
    expect([statuses, successors.size]).toEqual([{ 200: times }, 1]);
  });

  it('revoke nothing', async () => {
    const { session, reuses } = await presentAtOnce(await at(delayMs), times);
    expect([session?.['status'], reuses]).toEqual(['active', 0]);
  });
});

it.each([
  [{ generation: 2 }, {}],
  [{ status: 'revoked' }, {}],
  [{}, { statuses: { 200: 49, 400: 1 } }],
  [{}, { successors: new Set(['a', 'b']) }],
  [{}, { events: ['session.refreshed', 'session.refreshed'] }],
  [{}, { reuses: 1 }],
])('a bench does not take %j %j for one rotation', (session, change) => {
  const good = { statuses: { 200: 50 }, successors: new Set(['a']), events: ['session.refreshed'], reuses: 0 };
  const found = { ...good, session: { generation: 1, status: 'active' } };
  expect(isOneRotation(found, 50)).toBe(true);
  expect(isOneRotation({ ...found, session: { ...found.session, ...session }, ...change }, 50)).toBe(false);
});
