import { describe, expect, it } from 'vitest';
import type { MailJob } from '../../../../lambdas/core/mail/mailJob.ts';
import { dueMailJobOf, mailJobOf, mailJobPut, outboxJobOf } from '../../../../lambdas/stores/items/mailOutboxItems.ts';

const nowMs = 1_800_000_000_123;
const base = { jobId: 'job-1', to: 'alice@example.com', expiresAt: 1_800_000_600 };
const jobs: MailJob[] = [
  { ...base, template: 'verify-email', nonce: 'n'.repeat(22), kid: 'k1' },
  { ...base, template: 'new-device', at: 1_800_000_000, ip: '192.0.2.1', userAgent: 'Mozilla/5.0' },
  { jobId: 'job-2', expiresAt: base.expiresAt, template: 'decoy' },
  { ...base, template: 'reset', nonce: 'n'.repeat(22), kid: 'k1' },
  { ...base, template: 'confirm-email', sub: '7d0c1c52-0000-4000-8000-000000000000', nonce: 'n'.repeat(22), kid: 'k1' },
  {
    ...base,
    template: 'email-change-undone',
    ...{ at: 1_800_000_000, ip: '192.0.2.1', userAgent: '' },
    left: { factors: [{ kind: 'passkey', addedAt: 1_700_000_000 }], recoveryCodes: 9 },
  },
  { ...base, template: 'already-registered', at: 1_800_000_000, ip: '2001:db8::1', userAgent: '' },
];

function itemOf(job: MailJob): Record<string, unknown> {
  return mailJobPut('MailOutbox', { job, nowMs }).Put?.Item ?? {};
}

describe('a mail job', () => {
  it.each(jobs)('comes out of the table as it was put: $template', (job) => {
    expect(mailJobOf(itemOf(job))).toEqual(job);
  });

  it.each(jobs)('F33 stays until it has expired, and a day more: $template', (job) => {
    const put = mailJobPut('MailOutbox', { job, nowMs }).Put;
    expect(put?.Item?.['ttl']).toBe(job.expiresAt + 86_400);
    expect(put?.ConditionExpression).toBe('attribute_not_exists(job_id)');
  });

  it.each(jobs)('F33 is due for a retry after a minute: $template', (job) => {
    const { retry_at: retryAt, job_id: jobId, expires_at: expiresAt } = itemOf(job);
    expect(retryAt).toBe(1_800_000_060);
    expect(dueMailJobOf(itemOf(job))).toEqual({ jobId, retries: 0, retryAt, expiresAt, owner: job.owner });
  });

  it('F33 is due for a retry, whatever this release does not understand of it', () => {
    const strange = { job_id: 'job-1', expires_at: 'soon', retries: 'many', retry_at: 1.5 };
    const due = { jobId: 'job-1', retries: 0, retryAt: 1.5, expiresAt: undefined, owner: undefined };
    expect(dueMailJobOf(strange)).toEqual(due);
  });

  it('is read without what is left of an account, where it says that in words of a later release', () => {
    const job = { ...base, template: 'email-change-undone', at: 1, ip: '', userAgent: '' } as const;
    const left = { factors: [{ kind: 'hologram', added_at: 1 }], recovery_codes: 0 };
    expect(mailJobOf({ ...itemOf(job), left })).toEqual(job);
  });

  it.each([{ template: 'moved-house' }, { schema_version: 2 }, { template: 'moved-house', to: undefined }])(
    'A18 F33 is left to a later release that alone knows %o',
    (change) => {
      for (const job of jobs)
        expect(outboxJobOf({ ...itemOf(job), ...change })).toEqual({ laterUntil: base.expiresAt });
    },
  );

  it.each([{ template: undefined }, { expires_at: 'soon' }, { schema_version: undefined }, { job_id: 1 }])(
    'is no job with %o',
    (change) => {
      for (const job of jobs) expect(outboxJobOf({ ...itemOf(job), ...change })).toBeUndefined();
    },
  );

  it('is not read where anything is not of its schema', () => {
    const [job] = jobs;
    const good = job ? itemOf(job) : {};
    for (const name of Object.keys(good)) {
      if (['ttl', 'retry_at', 'sweep_shard'].includes(name)) continue;
      const { [name]: _, ...rest } = good;
      expect(mailJobOf(rest), name).toBeUndefined();
      for (const other of ['\n', true, -1, null]) {
        expect(mailJobOf({ ...good, [name]: other }), `${name} ${other}`).toBeUndefined();
      }
    }
    expect(mailJobOf({ ...good, schema_version: 2 })).toBeUndefined();
    for (const nothing of [undefined, null, {}, [], 'text']) expect(mailJobOf(nothing)).toBeUndefined();
  });
});
