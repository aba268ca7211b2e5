import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { noticeJob } from '../../../lambdas/core/mail/mailJob.ts';
import type { DueMailJob } from '../../../lambdas/core/mail/ports.ts';
import { transact } from '../../../lambdas/stores/dynamo/transaction.ts';
import { mailJobPut } from '../../../lambdas/stores/items/mailOutboxItems.ts';
import { createMailOutbox } from '../../../lambdas/stores/mail/mailOutbox.ts';
import { createMailRetries } from '../../../lambdas/stores/mail/mailRetries.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { from } from '../../support/worlds/world.ts';

const nowMs = 1_800_000_000_000;
const now = nowMs / 1000;

storeContract('mails to be tried again', (bench) => {
  const place = () => ({ client: bench.database.client, table: bench.database.tables.MailOutbox });

  async function newJob(): Promise<DueMailJob> {
    const job = noticeJob({ template: 'new-device', to: `${randomUUID()}@example.com`, owner: undefined, from, nowMs });
    const { client, table } = place();
    await transact(client, [mailJobPut(table, { job, nowMs })]);
    return { jobId: job.jobId, retries: 0, retryAt: now + 60, expiresAt: job.expiresAt, owner: undefined };
  }

  async function dueAt(seconds: number, { jobId }: DueMailJob): Promise<DueMailJob | undefined> {
    const found: DueMailJob[] = [];
    for await (const page of createMailRetries(place()).due(seconds)) found.push(...page);
    return found.find((job) => job.jobId === jobId);
  }

  it('F33 a job is due after a minute, and taken up by one of ten at once', async () => {
    const job = await newJob();
    expect(await dueAt(now + 59, job)).toBeUndefined();
    expect(await dueAt(now + 60, job)).toEqual(job);
    const retries = createMailRetries(place());
    const taken = await Promise.all(Array.from({ length: 10 }, () => retries.takeUp(job, now + 120)));
    expect(taken.filter((mine) => mine)).toHaveLength(1);
    expect(await dueAt(now + 119, job)).toBeUndefined();
    expect(await dueAt(now + 120, job)).toEqual({ ...job, retries: 1, retryAt: now + 120 });
  });

  it('F33 a job that is done is not made anew by taking it up', async () => {
    const job = await newJob();
    await createMailOutbox(place()).remove(job.jobId);
    expect(await createMailRetries(place()).takeUp(job, now + 120)).toBe(false);
    expect(await dueAt(now + 86_400, job)).toBeUndefined();
  });
});
