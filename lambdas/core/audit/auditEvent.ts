import { v7 as uuidv7 } from 'uuid';
import { type AuditEvent, auditEventSchema } from '../../contract/auditEvents.ts';
import type { RequestSource } from '../common/requestSource.ts';
import { sourceGroup } from '../common/sourceGroup.ts';

export type AuditEventInput = Omit<AuditEvent, 'schema_version' | 'event_id' | 'at' | 'source' | 'request_id'> & {
  readonly nowMs: number;
  readonly from?: RequestSource | undefined;
  /** Only for aggregated events, whose id says what they aggregate. */
  readonly eventId?: string;
};

/** A complete, valid event. Free text from the request is cut to what the schema allows, never refused. */
export function auditEvent({ nowMs, from, eventId, ...rest }: AuditEventInput): AuditEvent {
  return auditEventSchema.parse({
    schema_version: 1,
    event_id: eventId ?? uuidv7({ msecs: nowMs }),
    at: new Date(nowMs).toISOString(),
    ...rest,
    ...(from && {
      source: { ip: from.ip, ...(from.userAgent && { user_agent: from.userAgent.slice(0, 256) }) },
      request_id: from.requestId,
    }),
  });
}

/**
 * The aggregated event of a stranger's refusals: its id is fixed by type, source (of an IPv6 address, its /64) and minute,
 * so that a flood from one source writes one event a minute, whatever it sends.
 */
export function strangerEvent(
  input: Omit<AuditEventInput, 'actor' | 'eventId'> & { readonly from: RequestSource },
): AuditEvent {
  const minute = Math.floor(input.nowMs / 60_000);
  const ip = sourceGroup(input.from.ip);
  return auditEvent({
    ...input,
    actor: { type: 'stranger' },
    from: { ip, userAgent: undefined, requestId: input.from.requestId },
    eventId: `${input.type}:${minute}:${ip}`.slice(0, 128),
  });
}

/**
 * The aggregated event of what a limit refuses an account: one an account, reason and minute, wherever it comes from, since
 * anybody can cause it as often as they like.
 */
export function subjectRefusal(
  input: Omit<AuditEventInput, 'actor' | 'target' | 'eventId' | 'tenant_id'> & {
    readonly account: { readonly sub: string; readonly tenantId?: string };
    readonly reason: string;
  },
): AuditEvent {
  const { account, ...rest } = input;
  const minute = Math.floor(input.nowMs / 60_000);
  return auditEvent({
    ...rest,
    actor: { type: 'stranger' },
    target: { type: 'account', id: account.sub },
    ...(account.tenantId !== undefined && { tenant_id: account.tenantId }),
    eventId: `${input.type}:${minute}:${account.sub}:${input.reason}`,
  });
}
