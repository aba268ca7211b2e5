import { createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import type { MailJob } from '../../../../lambdas/core/mail/mailJob.ts';
import { deriveMailToken, openMailToken } from '../../../../lambdas/core/mail/mailToken.ts';
import type { LaterJob } from '../../../../lambdas/core/mail/ports.ts';
import { type MailReport, type SendMailsDeps, sendMails } from '../../../../lambdas/flows/mail/sendMails.ts';
import { confirmEmailMail } from '../../../../lambdas/pages/mails/confirmEmailMail.ts';
import { noticeMail } from '../../../../lambdas/pages/mails/noticeMail.ts';
import { resetMail } from '../../../../lambdas/pages/mails/resetMail.ts';
import { undoEmailMail } from '../../../../lambdas/pages/mails/undoEmailMail.ts';
import { verifyEmailMail } from '../../../../lambdas/pages/mails/verifyEmailMail.ts';

const now = 1_800_000_000;
const key = { kid: 'k1', key: createSecretKey(randomBytes(32)) };
const nonce = randomBytes(16).toString('base64url');

const verifyJob = (jobId: string, expiresAt = now + 600, kid = key.kid) =>
  ({ jobId, to: `${jobId}@example.com`, expiresAt, template: 'verify-email', nonce, kid }) as const;
/** What the outbox holds; a job is there until it is removed. */
const stored = new Map<string, MailJob | LaterJob | 'unreadable'>();
const record = (job: MailJob) => {
  stored.set(job.jobId, job);
  return { id: `record-${job.jobId}`, jobId: job.jobId };
};

function setUp(overrides: Partial<SendMailsDeps> = {}, standing = { retries: 0, retryAt: now + 60 }) {
  const sent: { to: string; text: string; html: string }[] = [];
  const log: string[] = [];
  const reports: MailReport[] = [];
  const deps: SendMailsDeps = {
    issuer: 'https://auth.example.com',
    clock: () => now * 1000,
    keys: { find: async (kid) => (kid === key.kid ? key : undefined) },
    render: {
      link: {
        'verify-email': verifyEmailMail,
        reset: resetMail,
        'confirm-email': confirmEmailMail,
        'undo-email': undoEmailMail,
      },
      notice: noticeMail,
    },
    mail: {
      send: async (mail) => {
        sent.push(mail);
        log.push(`send ${mail.to}`);
        return 'sent';
      },
    },
    suppressions: { has: async (email) => email.startsWith('complained') },
    outbox: {
      read: async (jobId) => {
        const job = stored.get(jobId) ?? 'gone';
        return typeof job === 'string' || 'laterUntil' in job ? job : { job, ...standing };
      },
      remove: async (jobId) => {
        stored.delete(jobId);
        log.push(`remove ${jobId}`);
      },
    },
    report: (report) => reports.push(report),
    outOfTime: () => false,
    ...overrides,
  };
  return { deps, sent, log, outcomes: () => reports.map(({ outcome, id }) => `${id} ${outcome}`) };
}

describe('sendMails', () => {
  it('mails a link to the issuer whose token opens', async () => {
    const { deps, sent, log } = setUp();
    await sendMails([record(verifyJob('a'))], deps);
    expect(log).toEqual(['send a@example.com', 'remove a']);
    const link = /https:\S+/.exec(sent[0]?.text ?? '')?.[0] ?? '';
    expect(new URL(link).origin + new URL(link).pathname).toBe('https://auth.example.com/auth/link/verify-email');
    const token = new URL(link).searchParams.get('token') ?? '';
    expect(sent[0]?.html).toContain(`href="${link}"`);
    expect(token).toBe(deriveMailToken('verify-email', { email: 'a@example.com', nonce, expiresAt: now + 600 }, key));
    const opened = await openMailToken(token, { purpose: 'verify-email', nowSeconds: now, find: () => key });
    expect(opened?.email).toBe('a@example.com');
  });

  it('sends the same mail when a job comes again', async () => {
    const { deps, sent, outcomes } = setUp();
    const remove = () => Promise.reject(new Error('crashed'));
    await sendMails([record(verifyJob('a'))], { ...deps, outbox: { ...deps.outbox, remove } });
    expect(outcomes()).toEqual(['record-a retry']);
    await sendMails([record(verifyJob('a'))], deps);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
  });

  it('the notice to an owner holds no token', async () => {
    const { deps, sent } = setUp();
    const job = {
      jobId: 'a',
      to: 'a@example.com',
      expiresAt: now + 600,
      template: 'already-registered',
      at: 1,
      ip: '192.0.2.1',
      userAgent: '',
    } as const;
    await sendMails([record(job)], deps);
    expect(sent).toHaveLength(1);
    expect(`${sent[0]?.text}${sent[0]?.html}`).not.toMatch(/token|v1\./);
  });

  it('sends nothing for a decoy', async () => {
    const { deps, log, outcomes } = setUp();
    await sendMails([record({ jobId: 'a', template: 'decoy', expiresAt: now + 600 })], deps);
    expect(outcomes()).toEqual(['record-a decoy']);
    expect(log).toEqual(['remove a']);
  });

  it('sends nothing to a suppressed address', async () => {
    const { deps, sent, log, outcomes } = setUp();
    await sendMails([record(verifyJob('complained')), record(verifyJob('other'))], deps);
    expect(outcomes()).toEqual(['record-complained suppressed', 'record-other sent']);
    expect(sent.map(({ to }) => to)).toEqual(['other@example.com']);
    expect(log).toContain('remove complained');
  });

  it('sends nothing for a job that is gone or not understood', async () => {
    const { deps, sent, log, outcomes } = setUp();
    stored.set('strange', 'unreadable');
    await sendMails(
      [
        { id: 'r1', jobId: 'long gone' },
        { id: 'r2', jobId: 'strange' },
      ],
      deps,
    );
    expect(outcomes()).toEqual(['r1 gone', 'r2 poison']);
    expect([sent, log]).toEqual([[], []]);
  });

  it('A18 F33 leaves a mail that only a later release knows in the outbox, until it has expired', async () => {
    const { deps, sent, log, outcomes } = setUp();
    stored.set('later', { laterUntil: now + 1 });
    await sendMails([{ id: 'r1', jobId: 'later', retries: 7 }], deps);
    expect([sent, log, outcomes()]).toEqual([[], [], ['r1 later']]);
    await sendMails([{ id: 'r2', jobId: 'later' }], { ...deps, clock: () => (now + 1) * 1000 });
    expect([log, outcomes()]).toEqual([['remove later'], ['r1 later', 'r2 expired']]);
  });

  it('drops what no retry can mend', async () => {
    const { deps, log, outcomes } = setUp({
      mail: { send: async ({ to }) => (to.startsWith('bad') ? 'refused' : 'sent') },
    });
    const records = [
      { id: 'record-poison', jobId: undefined },
      record(verifyJob('old', now)),
      record(verifyJob('keyless', now + 600, 'k0')),
      record(verifyJob('bad')),
      record(verifyJob('good')),
    ];
    await sendMails(records, deps);
    expect(outcomes().sort()).toEqual([
      'record-bad refused',
      'record-good sent',
      'record-keyless unknown_key',
      'record-old expired',
      'record-poison poison',
    ]);
    expect(log.toSorted()).toEqual(['remove bad', 'remove good', 'remove keyless', 'remove old']);
  });

  it.each<[string, Partial<SendMailsDeps>]>([
    ['the mail service', { mail: { send: () => Promise.reject(new Error('down')) } }],
    ['the key ring', { keys: { find: () => Promise.reject(new Error('down')) } }],
    [
      'the outbox',
      { outbox: { read: () => Promise.reject(new Error('down')), remove: () => Promise.reject(new Error('down')) } },
    ],
    ['the list of suppressions', { suppressions: { has: () => Promise.reject(new Error('down')) } }],
  ])('F30 leaves what %s failed for the sweeper', async (_, overrides) => {
    const { deps, outcomes, log } = setUp(overrides);
    const poison = { id: 'record-poison', jobId: undefined };
    await sendMails([poison, record(verifyJob('a')), record(verifyJob('b'))], deps);
    expect(outcomes().sort()).toEqual(['record-a retry', 'record-b retry', 'record-poison poison']);
    expect(log).toEqual([]);
  });

  it.each([
    ['taken up by a sweeper meanwhile', {}, { retries: 1, retryAt: now + 60 }, 'gone'],
    ['soon due to a sweeper', {}, { retries: 0, retryAt: now + 20 }, 'retry'],
    ['reached when the run may soon be ended', { outOfTime: () => true }, undefined, 'retry'],
  ] as const)('F33 a job %s is not sent beside it, and stays', async (_, overrides, standing, outcome) => {
    const { deps, sent, log, outcomes } = setUp(overrides, standing);
    await sendMails([record(verifyJob('a'))], deps);
    expect(outcomes()).toEqual([`record-a ${outcome}`]);
    expect([sent, log]).toEqual([[], []]);
  });

  it('F33 one mail that fails, and one that hangs, keep none of the others', async () => {
    const { deps, sent } = setUp();
    let release = () => {};
    const hangs = new Promise<void>((resolve) => {
      release = resolve;
    });
    const mail: SendMailsDeps['mail'] = {
      async send(one) {
        if (one.to.startsWith('poison')) throw new Error('refused for today');
        if (one.to.startsWith('slow')) await hangs;
        return deps.mail.send(one);
      },
    };
    const others = Array.from({ length: 20 }, (_, index) => verifyJob(`other${index}`));
    const jobs = [verifyJob('poison'), verifyJob('slow'), ...others];
    const done = sendMails(jobs.map(record), { ...deps, mail });
    await vi.waitFor(() => expect(sent).toHaveLength(20));
    release();
    await done;
    expect(sent.map(({ to }) => to)).toContain('slow@example.com');
    expect(stored.has('poison')).toBe(true);
  });
});
