import * as z from 'zod/mini';
import {
  type AuditEvent,
  type AuditEventType,
  auditEventDefinitions,
  auditEventSchema,
} from '../../contract/auditEvents.ts';

/** What an event of any release has. The rest of it is kept as it is. */
const foreignEventSchema = z.looseObject({
  event_id: z.string().check(z.minLength(1), z.maxLength(128)),
  type: z.string().check(z.minLength(1), z.maxLength(128)),
  at: z.iso.datetime(),
});

type ForeignEvent = z.infer<typeof foreignEventSchema>;

/** An event as it is in the log: one of this release, or one that a later release wrote. */
export type LoggedEvent = AuditEvent | ForeignEvent;

const party = z.object({ type: z.string(), id: z.optional(z.string()) });
const commonSchema = z.object({
  actor: party,
  target: party,
  outcome: z.string(),
  reason: z.optional(z.string()),
  source: z.optional(z.object({ ip: z.string() })),
});

/** The parts that events have had so far; undefined for an event without them. */
export function commonParts(event: LoggedEvent): z.infer<typeof commonSchema> | undefined {
  return commonSchema.safeParse(event).data;
}

/**
 * Reads an event of whatever release. A type, a member or a version that this release does not know makes it unknown,
 * not broken: releases run side by side, and a log outlives them. But a type that we know must have what its first
 * version has.
 *
 * @returns undefined when it is no event.
 */
export function readEvent(raw: unknown): { readonly event: LoggedEvent; readonly known: boolean } | undefined {
  const { data: known } = auditEventSchema().safeParse(raw);
  if (known) return { event: known, known: true };
  const { data: foreign } = foreignEventSchema.safeParse(raw);
  if (!foreign) return undefined;
  const isOurs = foreign['schema_version'] === 1 && isKnownType(foreign.type);
  return isOurs && !commonParts(foreign) ? undefined : { event: foreign, known: false };
}

function isKnownType(type: string): type is AuditEventType {
  return Object.hasOwn(auditEventDefinitions, type);
}
