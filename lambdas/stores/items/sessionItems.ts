import * as z from 'zod/mini';
import type { RotationMark } from '../../core/limits/rotationMarks.ts';
import { deliveries, type Session } from '../../core/sessions/session.ts';
import { anyText, oneOf, parseItem, schemaVersion } from '../dynamo/parseItem.ts';

/** A session at rest. */
const sessionItemSchema = z.object({
  sub: z.string(),
  sid: z.string(),
  schema_version: schemaVersion,
  client_id: z.string(),
  status: oneOf('session status', ['active', 'revoked'], 'revoked'),
  generation: z.int(),
  secret_hash: z.string(),
  /** Absent in items of the release before, whose sessions were all delivered in bodies. */
  delivery: z._default(anyText('session delivery', deliveries), 'body'),
  cookie_hash: z.optional(z.string()),
  refresh_kid: z.string(),
  epoch: z.int(),
  scope: z.string(),
  amr: z.array(z.string()),
  acr: z.string(),
  auth_time: z.int(),
  created_at: z.int(),
  last_used_at: z.int(),
  idle_expires_at: z.int(),
  absolute_expires_at: z.int(),
  rotated_at_ms: z.int(),
  ip: z.string(),
  user_agent: z.string(),
  /** Absent in items of the release before. */
  device_hash: z.optional(z.string()),
  device_known: z._default(z.boolean(), false),
  device_known_at: z.optional(z.int()),
  /**
   * DynamoDB deletes the item some time after this epoch second. A session that is not revoked is kept until its
   * longest-lived token is dead, so that a reuse is noticed.
   */
  ttl: z.int(),
});

export type SessionItem = z.infer<typeof sessionItemSchema>;

/** Short, since there may be sixteen: an item of more than 1 KB would cost twice as much to write. */
type MarkAttribute = `r${number}_${number}`;
const markShape = /^r\d+_\d+$/;

/** Where an item keeps the instants of some rotations, in epoch milliseconds; see `core/limits/rotationMarks.ts`. */
export type RotationMarks = Readonly<Record<MarkAttribute, number>>;

export const markAttribute = ({ every, place }: RotationMark): MarkAttribute => `r${every}_${place}`;

/** The instant that an item keeps there; none in an item that was not rotated so often, or by the release before. */
export function markedAtMs(item: Readonly<Record<string, unknown>>, mark: RotationMark): number | undefined {
  return parseItem('session', z.optional(z.int()), item[markAttribute(mark)]);
}

/** The names of these attributes follow from the limit. */
function withoutMarks(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => !markShape.test(name)));
}

export function sessionToItem(session: Session): SessionItem {
  return {
    sub: session.sub,
    sid: session.sid,
    schema_version: 1,
    client_id: session.clientId,
    status: session.status,
    generation: session.generation,
    secret_hash: session.secretHash,
    delivery: session.delivery,
    ...(session.cookieHash !== undefined && { cookie_hash: session.cookieHash }),
    refresh_kid: session.refreshKid,
    epoch: session.epoch,
    scope: session.scope,
    amr: [...session.amr],
    acr: session.acr,
    auth_time: session.authTime,
    created_at: session.createdAt,
    last_used_at: session.lastUsedAt,
    idle_expires_at: session.idleExpiresAt,
    absolute_expires_at: session.absoluteExpiresAt,
    rotated_at_ms: session.rotatedAtMs,
    ip: session.ip,
    user_agent: session.userAgent,
    ...(session.device && { device_hash: session.device.hash }),
    ...(session.device?.knownAt !== undefined && { device_known_at: session.device.knownAt }),
    device_known: session.device?.known ?? false,
    ttl: session.absoluteExpiresAt,
  };
}

/**
 * A session whose status only a later release knows is over for this one. So is one whose tokens are handed over in a
 * way that only a later release knows: nobody may get them in another.
 *
 * @throws ProblemError `unavailable` for an item that lacks what this release needs.
 */
export function sessionFromItem(raw: unknown): Session {
  const item = parseItem('session', sessionItemSchema, withoutMarks(raw));
  const delivery = deliveries.find((known) => known === item.delivery);
  return {
    sub: item.sub,
    sid: item.sid,
    clientId: item.client_id,
    status: delivery ? item.status : 'revoked',
    generation: item.generation,
    secretHash: item.secret_hash,
    delivery: delivery ?? 'cookie',
    cookieHash: item.cookie_hash,
    refreshKid: item.refresh_kid,
    epoch: item.epoch,
    scope: item.scope,
    amr: item.amr,
    acr: item.acr,
    authTime: item.auth_time,
    createdAt: item.created_at,
    lastUsedAt: item.last_used_at,
    idleExpiresAt: item.idle_expires_at,
    absoluteExpiresAt: item.absolute_expires_at,
    rotatedAtMs: item.rotated_at_ms,
    ip: item.ip,
    userAgent: item.user_agent,
    device:
      item.device_hash === undefined
        ? undefined
        : { hash: item.device_hash, known: item.device_known, knownAt: item.device_known_at },
  };
}
