import * as z from 'zod/mini';
import { isNotice, linkTemplates, type MailJob, noticeKinds, type WaysLeft } from '../../core/mail/mailJob.ts';
import { firstTrySeconds } from '../../core/mail/mailRetry.ts';
import type { DueMailJob, LaterJob, OutboxJob } from '../../core/mail/ports.ts';
import { sweepShardOf } from '../dynamo/sweepIndex.ts';
import type { TransactItem } from '../dynamo/transaction.ts';

/** For how long a job stays once it has expired: the sweeper, which counts it, comes before the TTL. */
const ttlSeconds = 24 * 60 * 60;

/**
 * The put of a mail job, a part of the transaction that calls for the mail. The address is at rest only until the mail
 * has gone or expired; if the sweeper is down for a day after that, the TTL removes the job.
 */
export function mailJobPut(
  table: string,
  { job, nowMs }: { readonly job: MailJob; readonly nowMs: number },
): TransactItem {
  const now = Math.floor(nowMs / 1000);
  return {
    Put: {
      TableName: table,
      Item: {
        job_id: job.jobId,
        schema_version: 1,
        template: job.template,
        expires_at: job.expiresAt,
        ...(job.owner !== undefined && { owner: job.owner }),
        ...contentsOf(job),
        retry_at: now + firstTrySeconds,
        ...sweepShardOf(job.jobId),
        ttl: Math.max(job.expiresAt, now) + ttlSeconds,
      },
      ConditionExpression: 'attribute_not_exists(job_id)',
    },
  };
}

function contentsOf(job: MailJob): Record<string, unknown> {
  if (job.template === 'decoy') return {};
  const { to } = job;
  if (isNotice(job)) {
    return { to, at: job.at, ip: job.ip, user_agent: job.userAgent, ...(job.left && { left: leftToItem(job.left) }) };
  }
  return { to, nonce: job.nonce, kid: job.kid, ...(job.sub !== undefined && { sub: job.sub }) };
}

function leftToItem({ factors, recoveryCodes }: WaysLeft): z.input<typeof leftSchema> {
  return {
    factors: factors.map(({ kind, addedAt }) => ({ kind, added_at: addedAt })),
    recovery_codes: recoveryCodes,
  };
}

const leftSchema = z.object({
  factors: z.array(
    z.object({ kind: z.enum(['passkey', 'authenticator-app']), added_at: z.int().check(z.nonnegative()) }),
  ),
  recovery_codes: z.int().check(z.nonnegative()),
});

const base = {
  schema_version: z.literal(1),
  job_id: z.string().check(z.regex(/^.{1,128}$/)),
  expires_at: z.int().check(z.nonnegative()),
  /** Absent in items of the release before. */
  owner: z.optional(z.string()),
};
const addressed = { ...base, to: z.string().check(z.regex(/^[^@\s]+@[^@\s]+$/)) };

const itemSchema = z.union([
  z.object({ ...base, template: z.literal('decoy') }),
  z.object({
    ...addressed,
    template: z.enum(linkTemplates),
    nonce: z.string().check(z.regex(/^[\w-]{22,64}$/)),
    kid: z.string().check(z.regex(/^[\w-]{1,64}$/)),
    sub: z.optional(z.uuid()),
  }),
  z.object({
    ...addressed,
    template: z.enum(noticeKinds),
    at: z.int().check(z.nonnegative()),
    ip: z.string().check(z.regex(/^.{0,64}$/)),
    user_agent: z.string().check(z.regex(/^.{0,256}$/s)),
    // A mail without it is better than none.
    left: z.catch(z.optional(leftSchema), undefined),
  }),
]);

/** The job in an item; undefined when this release does not understand it. */
export function mailJobOf(item: unknown): MailJob | undefined {
  const { data } = itemSchema.safeParse(item);
  if (!data) return undefined;
  const job = {
    jobId: data.job_id,
    expiresAt: data.expires_at,
    ...(data.owner !== undefined && { owner: data.owner }),
  };
  if (!('to' in data)) return { ...job, template: data.template };
  const { to } = data;
  if ('at' in data) {
    const { template, at, ip, user_agent: userAgent, left } = data;
    return { ...job, template, to, at, ip, userAgent, ...(left && { left: leftOfItem(left) }) };
  }
  const { template, nonce, kid, sub } = data;
  return { ...job, template, to, nonce, kid, ...(sub !== undefined && { sub }) };
}

function leftOfItem({ factors, recovery_codes: recoveryCodes }: z.output<typeof leftSchema>): WaysLeft {
  return { factors: factors.map(({ kind, added_at: addedAt }) => ({ kind, addedAt })), recoveryCodes };
}

const stateSchema = z.object({
  retries: z.catch(z.int().check(z.nonnegative()), 0),
  retry_at: z.catch(z.optional(z.int()), undefined),
});

/** What every job says, of whatever release. */
const laterSchema = z.object({
  schema_version: z.int(),
  job_id: z.string(),
  template: z.string(),
  expires_at: z.int().check(z.nonnegative()),
});
const knownTemplates: readonly string[] = ['decoy', ...linkTemplates, ...noticeKinds];

/**
 * The job in an item, and how its tries stand. One that asks for a mail, or in a version, that only a later release
 * knows is left to that release. Undefined for what is no job.
 */
export function outboxJobOf(item: unknown): OutboxJob | LaterJob | undefined {
  const job = mailJobOf(item);
  if (!job) return laterJobOf(item);
  const { retries, retry_at: retryAt } = stateSchema.parse(item);
  return { job, retries, retryAt };
}

function laterJobOf(item: unknown): LaterJob | undefined {
  const { data } = laterSchema.safeParse(item);
  if (!data || (data.schema_version === 1 && knownTemplates.includes(data.template))) return undefined;
  return { laterUntil: data.expires_at };
}

/** What the index holds of a job. */
const dueSchema = z.object({
  job_id: z.string(),
  retries: stateSchema.shape.retries,
  retry_at: z.number(),
  expires_at: z.catch(z.optional(z.int()), undefined),
  owner: z.catch(z.optional(z.string()), undefined),
});

export function dueMailJobOf(item: unknown): DueMailJob {
  const { job_id: jobId, retries, retry_at: retryAt, expires_at: expiresAt, owner } = dueSchema.parse(item);
  return { jobId, retries, retryAt, expiresAt, owner };
}
