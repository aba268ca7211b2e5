import { describe, expect, it } from 'vitest';
import type { MailJob } from '../../../../lambdas/core/mail/mailJob.ts';
import { nextRetryAt } from '../../../../lambdas/core/mail/mailRetry.ts';
import type { DueMailJob } from '../../../../lambdas/core/mail/ports.ts';
import type { MailReport } from '../../../../lambdas/flows/mail/sendMails.ts';
import { type SweepMailsDeps, sweepMails } from '../../../../lambdas/flows/mail/sweepMails.ts';
import { manualClock, testAccount } from '../../../support/worlds/world.ts';

const now = 1_800_000_000;
const lifetime = 600;

/** An outbox in memory, with a page a due job. */
function setUp(
  jobIds: readonly string[],
  overrides: Partial<SweepMailsDeps> = {},
  owners: Readonly<Record<string, string>> = {},
) {
  const clock = manualClock(now * 1000);
  const jobs = new Map<string, MailJob>();
  const due = new Map<string, DueMailJob>();
  for (const jobId of jobIds) {
    const expiresAt = now + lifetime;
    const notice = { template: 'new-device', at: now, ip: '192.0.2.1', userAgent: '' } as const;
    jobs.set(jobId, { jobId, to: `${jobId}@example.com`, expiresAt, ...notice });
    due.set(jobId, { jobId, retries: 0, retryAt: now + 60, expiresAt, owner: owners[jobId] });
  }
  const sent: string[] = [];
  const reports: MailReport[] = [];
  const mail = () => ({ subject: '', text: '', html: '' });
  const deps: SweepMailsDeps = {
    issuer: 'https://auth.example.com',
    clock,
    keys: { find: async () => undefined },
    render: {
      link: { 'verify-email': mail, reset: mail, 'confirm-email': mail, 'undo-email': mail },
      notice: mail,
    },
    suppressions: { has: async () => false },
    mail: {
      send: async ({ to }) => {
        if (to.startsWith('poison')) throw new Error('not verified');
        sent.push(to);
        return 'sent';
      },
    },
    outbox: {
      read: async (jobId) => {
        const [job, state] = [jobs.get(jobId), due.get(jobId)];
        return job && state ? { job, retries: state.retries, retryAt: state.retryAt } : 'gone';
      },
      remove: async (jobId) => {
        jobs.delete(jobId);
        due.delete(jobId);
      },
    },
    retries: {
      async *due(nowSeconds) {
        for (const job of [...due.values()]) if ((job.retryAt ?? 0) <= nowSeconds) yield [job];
      },
      async takeUp(job, retryAt) {
        if (due.get(job.jobId)?.retryAt !== job.retryAt) return false;
        due.set(job.jobId, { ...job, retries: job.retries + 1, retryAt });
        return true;
      },
    },
    accounts: { find: async () => undefined },
    outOfTime: () => false,
    report: (report) => void reports.push(report),
    ...overrides,
  };
  return { clock, deps, sent, due, jobs, outcomes: () => reports.map(({ outcome, id }) => `${id} ${outcome}`) };
}

describe('the sweeper of mails', () => {
  it('leaves a new job to the stream', async () => {
    const { deps, sent } = setUp(['a']);
    await sweepMails(deps);
    expect(sent).toEqual([]);
  });

  it('F33 sends what the stream left, beside a mail that keeps failing', async () => {
    const { clock, deps, sent, due } = setUp(['poison', 'a', 'b']);
    clock.advance(60_000);
    await sweepMails(deps);
    expect(sent).toEqual(['a@example.com', 'b@example.com']);
    expect([...due.values()]).toEqual([
      { jobId: 'poison', retries: 1, retryAt: now + 120, expiresAt: now + lifetime, owner: undefined },
    ]);
  });

  it('F33 tries a mail again until it expires, and removes it then', async () => {
    const { clock, deps, outcomes, jobs } = setUp(['poison']);
    for (let minute = 1; minute <= 12; minute++) {
      clock.advance(60_000);
      await sweepMails(deps);
    }
    const found = outcomes();
    expect(found.slice(0, -1).every((line) => line === 'poison retry')).toBe(true);
    expect(found.length).toBeGreaterThan(5);
    expect(found.at(-1)).toBe('poison expired');
    expect(jobs.size).toBe(0);
  });

  it('F33 sends a mail whose sender is verified later', async () => {
    let verified = false;
    const send = async () => {
      if (!verified) throw new Error('not verified');
      return 'sent' as const;
    };
    const { clock, deps, outcomes } = setUp(['a'], { mail: { send } });
    for (let minute = 1; minute <= 10; minute++) {
      verified = minute > 5;
      clock.advance(60_000);
      await sweepMails(deps);
    }
    expect(outcomes().at(-1)).toBe('a sent');
  });

  it('sends nothing that another run has taken up', async () => {
    const { clock, deps, sent } = setUp(['a', 'b']);
    clock.advance(60_000);
    await Promise.all([sweepMails(deps), sweepMails(deps)]);
    expect(sent).toHaveLength(2);
  });

  it('leaves the rest to the next run when its time is over', async () => {
    const { clock, deps, sent } = setUp(['a', 'b', 'c']);
    clock.advance(60_000);
    await sweepMails({ ...deps, outOfTime: () => sent.length > 0 });
    expect(sent).toHaveLength(1);
    await sweepMails(deps);
    expect(sent).toHaveLength(3);
  });

  it('drops what was to tell an account that is erased by now', async () => {
    const owners = { a: 'erased', b: 'erasing', c: 'there' };
    const find = async (sub: string) =>
      sub === 'erased' ? undefined : testAccount({ sub, status: sub === 'erasing' ? 'deleting' : 'active' });
    const { clock, deps, sent, jobs, outcomes } = setUp(['a', 'b', 'c', 'd'], { accounts: { find } }, owners);
    clock.advance(60_000);
    await sweepMails(deps);
    expect(sent.toSorted()).toEqual(['c@example.com', 'd@example.com']);
    expect(outcomes().filter((line) => line.endsWith('erased'))).toEqual(['a erased', 'b erased']);
    expect(jobs.size).toBe(0);
  });

  it('tries a mail again whose account cannot be read', async () => {
    const find = () => Promise.reject(new Error('down'));
    const { clock, deps, due, outcomes } = setUp(['a'], { accounts: { find } }, { a: 'sub' });
    clock.advance(60_000);
    await sweepMails(deps);
    expect(outcomes()).toEqual(['a retry']);
    expect(due.get('a')).toMatchObject({ retries: 1, retryAt: now + 120 });
  });

  it('reports a job that cannot be taken up', async () => {
    const { clock, deps, outcomes } = setUp(['a']);
    clock.advance(60_000);
    const takeUp = () => Promise.reject(new Error('down'));
    await sweepMails({ ...deps, retries: { ...deps.retries, takeUp } });
    expect(outcomes()).toEqual(['a retry']);
    expect(nextRetryAt({ retries: 0, expiresAt: undefined }, now)).toBe(now + 60);
  });
});
