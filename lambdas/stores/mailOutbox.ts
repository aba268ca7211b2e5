import { DeleteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { isNotice, linkTemplates, type MailJob, noticeKinds } from '../core/mailJob.ts';
import type { TransactItem } from './transaction.ts';

export type { MailJob } from '../core/mailJob.ts';

const ttlSeconds = 24 * 60 * 60;

/**
 * The put of a mail that is to be sent, to be part of the transaction that calls for it. The address is at rest only until
 * the mail has gone; the TTL takes what a mailer that is down for a day would leave.
 */
export function mailJobPut(input: { table: string; job: MailJob; nowMs: number }): TransactItem {
  const { job } = input;
  return {
    Put: {
      TableName: input.table,
      Item: {
        job_id: job.jobId,
        schema_version: 1,
        template: job.template,
        expires_at: job.expiresAt,
        ...contentsOf(job),
        ttl: Math.floor(input.nowMs / 1000) + ttlSeconds,
      },
      ConditionExpression: 'attribute_not_exists(job_id)',
    },
  };
}

function contentsOf(job: MailJob): Record<string, unknown> {
  if (job.template === 'decoy') return {};
  const { to } = job;
  if (isNotice(job)) return { to, at: job.at, ip: job.ip, user_agent: job.userAgent };
  return { to, nonce: job.nonce, kid: job.kid, ...(job.sub !== undefined && { sub: job.sub }) };
}

export interface MailOutbox {
  /** Deletes a job; one that is gone already is no error. */
  remove(jobId: string): Promise<void>;
}

export function createMailOutbox({ client, table }: { client: DynamoDBDocumentClient; table: string }): MailOutbox {
  return {
    async remove(jobId) {
      await client.send(new DeleteCommand({ TableName: table, Key: { job_id: jobId } }));
    },
  };
}

const text = (shape: RegExp) => z.object({ S: z.string().regex(shape) }).transform(({ S }) => S);
const integer = z.object({ N: z.string().regex(/^\d{1,15}$/) }).transform(({ N }) => Number(N));
const oneOf = <const T extends readonly MailJob['template'][]>(templates: T) =>
  z.object({ S: z.enum(templates) }).transform(({ S }) => S);
const base = {
  schema_version: z.object({ N: z.literal('1') }),
  job_id: text(/^.{1,128}$/),
  expires_at: integer,
};
const addressed = { ...base, to: text(/^[^@\s]+@[^@\s]+$/) };

/** A job as the stream carries it: a NEW_IMAGE in DynamoDB's own JSON. */
const imageSchema = z.union([
  z.object({ ...base, template: oneOf(['decoy']) }),
  z.object({
    ...addressed,
    template: oneOf(linkTemplates),
    nonce: text(/^[\w-]{22,64}$/),
    kid: text(/^[\w-]{1,64}$/),
    sub: text(/^[0-9a-f-]{36}$/).optional(),
  }),
  z.object({
    ...addressed,
    template: oneOf(noticeKinds),
    at: integer,
    ip: text(/^.{0,64}$/),
    user_agent: text(/^.{0,256}$/s),
  }),
]);

/** The job in a stream record's new image, or undefined when there is none that this release understands. */
export function mailJobOf(image: unknown): MailJob | undefined {
  const { data } = imageSchema.safeParse(image);
  if (!data) return undefined;
  const job = { jobId: data.job_id, expiresAt: data.expires_at };
  if (!('to' in data)) return { ...job, template: data.template };
  const { to } = data;
  return 'nonce' in data
    ? {
        ...job,
        template: data.template,
        to,
        nonce: data.nonce,
        kid: data.kid,
        ...(data.sub !== undefined && { sub: data.sub }),
      }
    : { ...job, template: data.template, to, at: data.at, ip: data.ip, userAgent: data.user_agent };
}
