import { z } from 'zod';

/** Every kind of event the audit log holds. A name is `<object>.<what happened>`, and is never reused for something else. */
export const auditEventTypes = [
  'registration.requested',
  'account.created',
  'account.imported',
  'account.disabled',
  'account.enabled',
  'account.deletion_requested',
  'account.deleted',
  'accounts.exported',
  'password.reset_requested',
  'password.reset',
  'password.rehashed',
  'password.changed',
  'password.refused',
  'email.change_requested',
  'email.changed',
  'sign_in.succeeded',
  'sign_in.failed',
  'sign_in.factor_required',
  'step_up.succeeded',
  'step_up.failed',
  'factor.added',
  'factor.renamed',
  'factor.removed',
  'recovery_codes.created',
  'recovery_code.used',
  'session.refreshed',
  'session.revoked',
  'session.reuse_detected',
  'sessions.revoked_all',
  'mail.suppressed',
  'mail.unsuppressed',
  'verification.failed',
  'request.rate_limited',
  'limits.reset',
  'signing_keys.initialized',
  'signing_keys.rotated',
  'signing_keys.replaced',
  'refresh_keys.initialized',
  'refresh_keys.rotated',
  'audit.poison',
] as const;

export type AuditEventType = (typeof auditEventTypes)[number];

/**
 * One line of the audit log. Subjects are named by `sub`, never by address, so that an account can be erased; no secret,
 * token or password ever enters an event.
 */
export const auditEventSchema = z.strictObject({
  schema_version: z.literal(1),
  /** UUIDv7 (RFC 9562 §5.7); for an aggregated event, a name derived from what it aggregates. */
  event_id: z.string().min(1).max(128),
  type: z.enum(auditEventTypes),
  /** When it happened, RFC 3339 in UTC with milliseconds. */
  at: z.iso.datetime({ precision: 3 }),
  /** Who did it. A stranger has no id; an operator's id is the AWS principal's ARN. */
  actor: z.strictObject({ type: z.enum(['subject', 'operator', 'system', 'stranger']), id: z.string().optional() }),
  /** What it was done to. */
  target: z.strictObject({
    type: z.enum(['account', 'session', 'signing_keys', 'refresh_keys', 'address', 'outbox', 'factor']),
    id: z.string().optional(),
  }),
  outcome: z.enum(['success', 'failure', 'denied']),
  /** Why, as a stable word such as `wrong_password` or `reuse`. */
  reason: z.string().max(64).optional(),
  source: z.strictObject({ ip: z.string().max(64), user_agent: z.string().max(256).optional() }).optional(),
  request_id: z.string().max(128).optional(),
  tenant_id: z.string().max(128).optional(),
  details: z.record(z.string().max(64), z.union([z.string().max(8192), z.number(), z.boolean()])).optional(),
});

export type AuditEvent = z.infer<typeof auditEventSchema>;
