import { v7 as uuidv7 } from 'uuid';
import {
  type ActorKind,
  type AuditEvent,
  type AuditEventType,
  auditEventDefinitions,
  auditEventSchema,
} from '../../contract/auditEvents.ts';
import type { RequestSource } from '../common/requestSource.ts';
import { sourceGroup } from '../common/sourceGroup.ts';
import type { AccountEventInput, OtherEventInput } from './eventInput.ts';
import type { Operator } from './operator.ts';

/** Whom the event of an account is about: the account itself, or a principal. */
export interface EventSubject {
  readonly sub: string;
  readonly tenantId: string;
}

/** The event of what was done to a known account, its sessions or its factors. It names the account's tenant. */
export function accountEvent(account: EventSubject, input: AccountEventInput): AuditEvent {
  return complete(input, accountParts(account, input));
}

/**
 * The event of what is refused to an account: one an account, reason and minute, wherever it comes from, where anybody
 * can cause it as often as they like.
 */
export function subjectRefusal(
  account: EventSubject,
  input: Extract<
    AccountEventInput,
    { readonly by?: 'stranger'; readonly reason: string } | { readonly type: 'step_up.failed' }
  >,
): AuditEvent {
  const eventId = `${input.type}:${minuteOf(input.nowMs)}:${account.sub}:${input.reason}`;
  return complete(input, { ...accountParts(account, input), eventId });
}

/**
 * The event of what strangers do where no account is known: its id is fixed by type, source (of an IPv6 address, its
 * /64) and minute, so that a flood from one source writes one event a minute, whatever it sends.
 */
export function strangerEvent(input: OtherEventInput<'stranger'> & { readonly from: RequestSource }): AuditEvent {
  const ip = sourceGroup(input.from.ip);
  return complete(
    { ...input, from: { ip, userAgent: undefined, requestId: input.from.requestId } },
    {
      actor: { type: 'stranger' },
      target: targetOf(input),
      eventId: `${input.type}:${minuteOf(input.nowMs)}:${ip}`.slice(0, 128),
    },
  );
}

/** The event of what an operator does to no particular account. */
export function operatorEvent(operator: Operator, input: OtherEventInput<'operator'>): AuditEvent {
  return complete(input, { actor: operator, target: targetOf(input) });
}

/**
 * The event of what the deployment does by itself, to no particular account.
 *
 * @param input.eventId of an event that a repeated step must not record twice
 */
export function systemEvent(
  input: OtherEventInput<'system'> & {
    readonly by?: { readonly type: 'system'; readonly id: string };
    readonly eventId?: string;
  },
): AuditEvent {
  return complete(input, { actor: input.by ?? { type: 'system' }, target: targetOf(input), eventId: input.eventId });
}

function minuteOf(ms: number): number {
  return Math.floor(ms / 60_000);
}

interface EventParts {
  readonly actor: AuditEvent['actor'];
  readonly target: AuditEvent['target'];
  readonly tenantId?: string;
  readonly eventId?: string | undefined;
}

function accountParts(account: EventSubject, { type, by, targetId }: AccountEventInput): EventParts {
  const definition = auditEventDefinitions[type];
  return {
    actor: actorOf(by ?? definition.by[0], account),
    target: { type: definition.ofAccount, id: targetId ?? account.sub },
    tenantId: account.tenantId,
  };
}

function actorOf(by: ActorKind | AuditEvent['actor'], { sub }: EventSubject): AuditEvent['actor'] {
  if (typeof by !== 'string') return by;
  return by === 'subject' ? { type: by, id: sub } : { type: by };
}

function targetOf({ type, target, targetId }: OtherEventInput<ActorKind>): AuditEvent['target'] {
  return {
    type: target ?? auditEventDefinitions[type].elsewhere[0],
    ...(targetId !== undefined && { id: targetId }),
  };
}

/** A complete, valid event. Free text from the request is cut to what the schema allows, never refused. */
function complete(
  input: {
    readonly type: AuditEventType;
    readonly nowMs: number;
    readonly from?: RequestSource | undefined;
    readonly reason?: string | undefined;
    readonly details?: AuditEvent['details'];
  },
  { actor, target, tenantId, eventId }: EventParts,
): AuditEvent {
  const { type, nowMs, from, reason, details } = input;
  return auditEventSchema().parse({
    schema_version: 1,
    event_id: eventId ?? uuidv7({ msecs: nowMs }),
    type,
    at: new Date(nowMs).toISOString(),
    actor,
    target,
    outcome: auditEventDefinitions[type].outcome,
    ...(reason !== undefined && { reason }),
    ...(from && {
      source: { ip: from.ip, ...(from.userAgent && { user_agent: from.userAgent.slice(0, 256) }) },
      request_id: from.requestId,
    }),
    ...(tenantId !== undefined && { tenant_id: tenantId }),
    ...(details && { details }),
  });
}
