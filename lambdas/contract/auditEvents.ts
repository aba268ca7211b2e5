import * as z from 'zod/mini';
import { once } from './once.ts';

const actorKinds = ['subject', 'operator', 'system', 'stranger'] as const;
export type ActorKind = (typeof actorKinds)[number];

const targetKinds = ['account', 'session', 'signing_keys', 'refresh_keys', 'address', 'outbox', 'factor'] as const;
export type TargetKind = (typeof targetKinds)[number];

const outcomes = ['success', 'failure', 'denied'] as const;

/** What an event of one type names. The builders in `core/audit` take all of it and nothing else. */
export interface AuditEventDefinition {
  /** Who does it. */
  readonly by: readonly ActorKind[];
  /** The part of a known account that it is done to. Such an event also names the account's tenant. */
  readonly ofAccount?: 'account' | 'session' | 'factor';
  /** What it is done to when no account is known. Such an event names no tenant. */
  readonly elsewhere?: readonly TargetKind[];
  readonly outcome: (typeof outcomes)[number];
  /** Whether the event says why. Default: never. */
  readonly reason?: 'always' | 'sometimes';
}

/**
 * Every type of event the audit log holds: `<object>.<what happened>`. A name is never used again for something else.
 */
export const auditEventDefinitions = {
  'registration.requested': { by: ['stranger'], elsewhere: ['address'], outcome: 'success' },
  'account.created': { by: ['subject', 'operator'], ofAccount: 'account', outcome: 'success' },
  'account.imported': { by: ['operator'], ofAccount: 'account', outcome: 'success' },
  'account.disabled': { by: ['operator'], ofAccount: 'account', outcome: 'success', reason: 'sometimes' },
  'account.enabled': { by: ['operator'], ofAccount: 'account', outcome: 'success' },
  'account.deletion_requested': { by: ['subject', 'operator'], ofAccount: 'account', outcome: 'success' },
  'account.deleted': { by: ['subject', 'operator'], ofAccount: 'account', outcome: 'success' },
  'accounts.exported': { by: ['operator'], elsewhere: ['account'], outcome: 'success' },
  'password.reset_requested': {
    by: ['stranger'],
    ofAccount: 'account',
    elsewhere: ['address'],
    outcome: 'success',
  },
  'password.reset': { by: ['subject'], ofAccount: 'account', outcome: 'success' },
  'password.rehashed': { by: ['subject'], ofAccount: 'account', outcome: 'success', reason: 'always' },
  'password.changed': { by: ['subject'], ofAccount: 'account', outcome: 'success' },
  'password.refused': { by: ['subject', 'stranger'], ofAccount: 'account', outcome: 'failure', reason: 'always' },
  'email.change_requested': { by: ['subject'], ofAccount: 'account', outcome: 'success' },
  'email.changed': { by: ['subject'], ofAccount: 'account', outcome: 'success' },
  'email.change_undone': { by: ['subject'], ofAccount: 'account', outcome: 'success' },
  'sign_in.succeeded': { by: ['subject'], ofAccount: 'session', outcome: 'success' },
  'sign_in.failed': {
    by: ['stranger'],
    ofAccount: 'account',
    elsewhere: ['address', 'factor'],
    outcome: 'failure',
    reason: 'always',
  },
  'sign_in.factor_required': { by: ['stranger'], ofAccount: 'account', outcome: 'denied' },
  'step_up.succeeded': { by: ['subject'], ofAccount: 'session', outcome: 'success' },
  'step_up.failed': { by: ['subject'], ofAccount: 'session', outcome: 'failure', reason: 'always' },
  'factor.added': { by: ['subject'], ofAccount: 'factor', outcome: 'success' },
  'factor.renamed': { by: ['subject'], ofAccount: 'factor', outcome: 'success' },
  'factor.removed': { by: ['subject', 'operator'], ofAccount: 'factor', outcome: 'success' },
  'recovery_codes.created': { by: ['subject'], ofAccount: 'account', outcome: 'success' },
  'recovery_code.used': { by: ['subject'], ofAccount: 'account', outcome: 'success' },
  'session.refreshed': { by: ['subject'], ofAccount: 'session', outcome: 'success' },
  'session.revoked': { by: ['subject', 'operator'], ofAccount: 'session', outcome: 'success', reason: 'always' },
  'session.reuse_detected': { by: ['stranger'], ofAccount: 'session', outcome: 'denied', reason: 'always' },
  'sessions.revoked_all': { by: ['subject', 'operator'], ofAccount: 'account', outcome: 'success', reason: 'always' },
  'mail.suppressed': {
    by: ['system'],
    ofAccount: 'account',
    elsewhere: ['address'],
    outcome: 'success',
    reason: 'always',
  },
  'mail.unsuppressed': { by: ['operator'], elsewhere: ['address'], outcome: 'success', reason: 'always' },
  'verification.failed': { by: ['stranger'], elsewhere: ['session'], outcome: 'denied', reason: 'always' },
  'request.rate_limited': {
    by: ['stranger'],
    ofAccount: 'account',
    elsewhere: ['address'],
    outcome: 'denied',
    reason: 'always',
  },
  'limits.reset': { by: ['operator'], ofAccount: 'account', elsewhere: ['address'], outcome: 'success' },
  'signing_keys.initialized': { by: ['system'], elsewhere: ['signing_keys'], outcome: 'success' },
  'signing_keys.rotated': { by: ['system'], elsewhere: ['signing_keys'], outcome: 'success' },
  'signing_keys.replaced': { by: ['system'], elsewhere: ['signing_keys'], outcome: 'success', reason: 'always' },
  'refresh_keys.initialized': { by: ['system'], elsewhere: ['refresh_keys'], outcome: 'success' },
  'refresh_keys.rotated': { by: ['system'], elsewhere: ['refresh_keys'], outcome: 'success', reason: 'sometimes' },
  'audit.poison': { by: ['system'], elsewhere: ['outbox'], outcome: 'failure', reason: 'always' },
} as const satisfies Readonly<Record<string, AuditEventDefinition>>;

export type AuditEventType = keyof typeof auditEventDefinitions;

/**
 * One line of the audit log. Subjects are named by `sub`, never by address, so that an account can be erased; no
 * secret, token or password ever enters an event. The schema takes more than the definitions allow: a log holds what
 * earlier releases wrote.
 */
export const auditEventSchema = once(() =>
  z.strictObject({
    schema_version: z.literal(1),
    /** UUIDv7 (RFC 9562 §5.7); for an aggregated event, a name derived from what it aggregates. */
    event_id: z.string().check(z.minLength(1), z.maxLength(128)),
    type: z.enum(Object.keys(auditEventDefinitions) as [AuditEventType, ...AuditEventType[]]),
    /** When it happened, RFC 3339 in UTC with milliseconds. */
    at: z.iso.datetime({ precision: 3 }),
    /** Who did it. A stranger has no id; an operator's id is the AWS principal's ARN. */
    actor: z.strictObject({ type: z.enum(actorKinds), id: z.optional(z.string()) }),
    /** What it was done to. */
    target: z.strictObject({ type: z.enum(targetKinds), id: z.optional(z.string()) }),
    outcome: z.enum(outcomes),
    /** Why, as a stable word such as `wrong_password` or `reuse`. */
    reason: z.optional(z.string().check(z.maxLength(64))),
    source: z.optional(
      z.strictObject({
        ip: z.string().check(z.maxLength(64)),
        user_agent: z.optional(z.string().check(z.maxLength(256))),
      }),
    ),
    request_id: z.optional(z.string().check(z.maxLength(128))),
    tenant_id: z.optional(z.string().check(z.maxLength(128))),
    details: z.optional(
      z.record(
        z.string().check(z.maxLength(64)),
        z.union([z.string().check(z.maxLength(8192)), z.number(), z.boolean()]),
      ),
    ),
  }),
);

export type AuditEvent = z.infer<ReturnType<typeof auditEventSchema>>;
