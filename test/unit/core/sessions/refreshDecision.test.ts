import { describe, expect, it } from 'vitest';
import { decideRefusedRefresh } from '../../../../lambdas/core/sessions/refreshDecision.ts';
import type { Session } from '../../../../lambdas/core/sessions/session.ts';

const rotatedAtMs = 1_800_000_000_000;
const session: Session = {
  sub: 'sub',
  sid: 'sid',
  clientId: 'gatehouse',
  status: 'active',
  generation: 5,
  secretHash: 'hash',
  delivery: 'body',
  cookieHash: undefined,
  refreshKid: 'kid',
  epoch: 0,
  scope: 'account',
  amr: ['pwd'],
  acr: 'aal1',
  authTime: rotatedAtMs / 1000 - 100,
  createdAt: rotatedAtMs / 1000 - 100,
  lastUsedAt: rotatedAtMs / 1000,
  idleExpiresAt: rotatedAtMs / 1000 + 7 * 86_400,
  absoluteExpiresAt: rotatedAtMs / 1000 + 30 * 86_400,
  rotatedAtMs,
  ip: '127.0.0.1',
  device: undefined,
  userAgent: '',
};

function decide(change: {
  session?: Partial<Session> | undefined;
  generation?: number;
  clientId?: string;
  secretHash?: string;
  delivery?: Session['delivery'];
  accountHolds?: boolean;
  hasRoom?: boolean;
  afterMs?: number;
  arrivedAfterMs?: number;
}) {
  return decideRefusedRefresh({
    session: 'session' in change && change.session === undefined ? undefined : { ...session, ...change.session },
    accountHolds: change.accountHolds ?? true,
    hasRoom: change.hasRoom ?? true,
    presented: {
      generation: change.generation ?? 4,
      clientId: change.clientId ?? 'gatehouse',
      secretHash: change.secretHash ?? 'hash',
      delivery: change.delivery ?? 'body',
    },
    nowMs: rotatedAtMs + (change.afterMs ?? 1000),
    arrivedAtMs: rotatedAtMs + (change.arrivedAfterMs ?? change.afterMs ?? 1000),
    retryWindowSeconds: 10,
  });
}

describe('a refresh token that did not rotate its session', () => {
  it('is a retry up to the end of the window, to the millisecond', () => {
    expect(decide({ afterMs: 0 })).toBe('same_successor');
    expect(decide({ afterMs: 9_999 })).toBe('same_successor');
    expect(decide({ afterMs: 10_000 })).toBe('reuse');
  });

  it('is too young to rotate where it is current and in a cookie, to the millisecond', () => {
    const current = { session: { delivery: 'cookie' as const }, delivery: 'cookie' as const, generation: 5 };
    expect(decide({ ...current, afterMs: 0 })).toBe('too_young');
    expect(decide({ ...current, afterMs: 9_999 })).toBe('too_young');
    expect(decide({ ...current, afterMs: 10_000 })).toBe('refuse');
    expect(decide({ generation: 5, afterMs: 0 })).toBe('refuse');
  });

  it('is limited where it is current and nothing else keeps it from rotating', () => {
    expect(decide({ hasRoom: false, generation: 5 })).toBe('rate_limited');
    const cookie = { session: { delivery: 'cookie' as const }, delivery: 'cookie' as const, generation: 5 };
    expect(decide({ hasRoom: false, ...cookie, afterMs: 9_999 })).toBe('too_young');
    expect(decide({ hasRoom: false, ...cookie, afterMs: 10_000 })).toBe('rate_limited');
    for (const generation of [3, 4, 6]) expect(decide({ hasRoom: false, generation })).toBe(decide({ generation }));
    expect(decide({ hasRoom: false, generation: 5, accountHolds: false })).toBe('refuse');
    expect(decide({ hasRoom: false, generation: 5, secretHash: 'other' })).toBe('refuse');
  });

  it('S08 is merely refused where it came in another way than it is delivered in', () => {
    for (const generation of [3, 4, 5]) {
      expect(decide({ session: { delivery: 'cookie' }, generation, afterMs: 60_000 })).toBe('refuse');
      expect(decide({ delivery: 'cookie', generation, afterMs: 60_000 })).toBe('refuse');
    }
  });

  it('is a retry when it was sent before the rotation, however late it is run', () => {
    expect(decide({ afterMs: 25_000, arrivedAfterMs: -3_000 })).toBe('same_successor');
    expect(decide({ afterMs: 25_000, arrivedAfterMs: 10_000 })).toBe('reuse');
  });

  it('O25 is a reuse once it is older than a retry can be', () => {
    expect(decide({ afterMs: 60_000 })).toBe('reuse');
    expect(decide({ generation: 3, afterMs: 0 })).toBe('reuse');
    expect(decide({ generation: 0, afterMs: 1 })).toBe('reuse');
  });

  it('O27 is a reuse 61 s and six days later', () => {
    expect(decide({ afterMs: 61_000 })).toBe('reuse');
    expect(decide({ afterMs: 6 * 86_400_000 })).toBe('reuse');
  });

  it('is merely refused when anything else does not hold', () => {
    for (const afterMs of [0, 60_000]) {
      expect(decide({ session: undefined, afterMs })).toBe('refuse');
      expect(decide({ session: { status: 'revoked' }, afterMs })).toBe('refuse');
      expect(decide({ session: { idleExpiresAt: rotatedAtMs / 1000 }, afterMs })).toBe('refuse');
      expect(decide({ session: { absoluteExpiresAt: rotatedAtMs / 1000 }, afterMs })).toBe('refuse');
      expect(decide({ clientId: 'another', afterMs })).toBe('refuse');
      expect(decide({ secretHash: 'another', afterMs })).toBe('refuse');
      expect(decide({ accountHolds: false, afterMs })).toBe('refuse');
    }
  });

  it('is refused when it is ahead of the session, as no token we made can be', () => {
    expect(decide({ generation: 5 })).toBe('refuse');
    expect(decide({ generation: 6 })).toBe('refuse');
  });
});
