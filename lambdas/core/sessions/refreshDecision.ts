import { type Delivery, isLive, type Session } from './session.ts';

export type RefreshDecision = 'same_successor' | 'too_young' | 'rate_limited' | 'reuse' | 'refuse';

/**
 * Why a refresh token did not rotate its session: it is a retry of the last rotation, a browser's current token that is
 * younger than the window, one rotation more than the limit allows, a reuse, or invalid. Only a token that was valid
 * once counts as a reuse: nobody can sign somebody else out by guessing.
 */
export function decideRefusedRefresh(facts: {
  /** The session as it was when the rotation's condition failed. */
  readonly session: Session | undefined;
  /** Whether the account was active and of the token's session epoch. */
  readonly accountHolds: boolean;
  /** Whether the limit had room for one more rotation. */
  readonly hasRoom: boolean;
  readonly presented: {
    readonly generation: number;
    readonly clientId: string;
    readonly secretHash: string;
    readonly delivery: Delivery;
  };
  readonly nowMs: number;
  /** When the request reached the gateway; it may lie before the rotation. */
  readonly arrivedAtMs: number;
  readonly retryWindowSeconds: number;
}): RefreshDecision {
  const { session, presented } = facts;
  if (!session || !facts.accountHolds || !isLive(session, Math.floor(facts.nowMs / 1000))) return 'refuse';
  if (session.clientId !== presented.clientId || session.secretHash !== presented.secretHash) return 'refuse';
  if (session.delivery !== presented.delivery) return 'refuse';
  const ahead = session.generation - presented.generation;
  const windowMs = facts.retryWindowSeconds * 1000;
  const isYoung = session.rotatedAtMs > facts.nowMs - windowMs;
  if (ahead === 0 && presented.delivery === 'cookie' && isYoung) return 'too_young';
  if (ahead === 0) return facts.hasRoom ? 'refuse' : 'rate_limited';
  if (ahead < 0) return 'refuse';
  const inWindow = facts.arrivedAtMs - session.rotatedAtMs < windowMs;
  return ahead === 1 && inWindow ? 'same_successor' : 'reuse';
}
