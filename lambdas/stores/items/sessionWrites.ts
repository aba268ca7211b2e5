import type { WindowLimit } from '../../contract/limits.ts';
import { rotationMarks } from '../../core/limits/rotationMarks.ts';
import type { RotationRequest, SessionKey } from '../../core/sessions/ports.ts';
import type { Delivery, Session, SessionProof } from '../../core/sessions/session.ts';
import { type Condition, conditionsOn, onlyWhile, setOnlyWhile } from '../dynamo/expressions.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { markAttribute, type RotationMarks, type SessionItem, sessionToItem } from './sessionItems.ts';

const { is } = conditionsOn<SessionItem>();

const sessionIsActive = is('status', 'active');

const sessionIsUnexpired = (now: number): Condition => ({
  expression: 'idle_expires_at > :now AND absolute_expires_at > :now',
  values: { ':now': now },
});

/** An item of the release before does not say how its token was delivered: it was delivered in a body. */
function sessionIsDeliveredBy(delivery: Delivery): Condition {
  const condition = is('delivery', delivery);
  return delivery === 'cookie'
    ? condition
    : { ...condition, expression: `(attribute_not_exists(#delivery) OR ${condition.expression})` };
}

const sessionIsProvenBy = (proof: SessionProof) =>
  'secretHash' in proof ? is('secret_hash', proof.secretHash) : is('cookie_hash', proof.cookieHash);

const sessionIsRotatedUntil = (ms: number): Condition => ({
  expression: 'rotated_at_ms <= :rotatedUntil',
  values: { ':rotatedUntil': ms },
});

export function sessionPut(table: string, session: Session): TransactItem {
  return {
    Put: { TableName: table, Item: { ...sessionToItem(session) }, ConditionExpression: 'attribute_not_exists(sid)' },
  };
}

/** Holds while a session is active. */
export function activeSession(table: string, { sub, sid }: SessionKey): TransactItem {
  return { ConditionCheck: { TableName: table, Key: { sub, sid }, ...onlyWhile([sessionIsActive]) } };
}

/** Holds while a session lives: it is active, of the account's epoch, and has not expired. */
export function liveSession(
  table: string,
  { sub, sid, epoch, now }: SessionKey & { readonly epoch: number; readonly now: number },
): TransactItem {
  const conditions = [sessionIsActive, is('epoch', epoch), sessionIsUnexpired(now)];
  return { ConditionCheck: { TableName: table, Key: { sub, sid }, ...onlyWhile(conditions) } };
}

/** A revoked session can no longer be reused; it is kept so long for whoever looks at what happened just now. */
const revokedKeptSeconds = 3600;

/** Revokes a session on condition that it is active and, if a `proof` is given, that the proof is the session's. */
export function sessionRevocation(
  table: string,
  revoked: SessionKey & { readonly proof?: SessionProof | undefined; readonly nowMs: number },
): TransactItem {
  const { sub, sid, proof } = revoked;
  const conditions = [sessionIsActive, ...(proof ? [sessionIsProvenBy(proof)] : [])];
  const set = { status: 'revoked', ttl: Math.floor(revoked.nowMs / 1000) + revokedKeptSeconds } as const;
  return { Update: { TableName: table, Key: { sub, sid }, ...setOnlyWhile<SessionItem>({ set }, conditions) } };
}

/** Replaces the authentication of a live session. */
export function stepUpUpdate(table: string, session: Session, nowSeconds: number): TransactItem {
  const { sub, sid, authTime, amr, acr } = session;
  const steppedUp = setOnlyWhile<SessionItem>({ set: { auth_time: authTime, amr: [...amr], acr } }, [
    sessionIsActive,
    is('epoch', session.epoch),
    sessionIsUnexpired(nowSeconds),
  ]);
  return { Update: { TableName: table, Key: { sub, sid }, ...steppedUp } };
}

/** The limit has room: the instant that it looks at, if the item keeps it, has left the window. */
const sessionHasRoom = (attribute: string, windowBeganAtMs: number): Condition => ({
  expression: '(attribute_not_exists(#looked) OR #looked <= :window_began)',
  names: { '#looked': attribute },
  values: { ':window_began': windowBeganAtMs },
});

/**
 * Makes the next generation of a live session current, on every condition that the presented token has to meet, and
 * while the limit has room.
 */
export function rotationUpdate(
  table: string,
  request: Omit<RotationRequest, 'tenantId' | 'event'>,
  limit: WindowLimit,
): TransactItem {
  const { sub, sid, generation, nowMs, rotatedAtOrBeforeMs } = request;
  const now = Math.floor(nowMs / 1000);
  const { looked, kept } = rotationMarks(limit, generation + 1);
  const set = {
    ...(kept && { [markAttribute(kept)]: nowMs }),
    generation: generation + 1,
    rotated_at_ms: nowMs,
    last_used_at: now,
    idle_expires_at: now + request.idleTtlSeconds,
  };
  const rotated = setOnlyWhile<SessionItem & RotationMarks>({ set }, [
    sessionIsActive,
    is('generation', generation),
    is('client_id', request.clientId),
    is('secret_hash', request.secretHash),
    sessionIsDeliveredBy(request.delivery),
    is('epoch', request.epoch),
    sessionIsUnexpired(now),
    ...(rotatedAtOrBeforeMs === undefined ? [] : [sessionIsRotatedUntil(rotatedAtOrBeforeMs)]),
    ...(looked ? [sessionHasRoom(markAttribute(looked), nowMs - limit.windowSeconds * 1000)] : []),
  ]);
  return {
    Update: { TableName: table, Key: { sub, sid }, ...rotated, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
  };
}
