import { createServer } from 'node:http';
import { GetAccountCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import { boundedRequests, longestCallMs } from '../../../../lambdas/core/common/boundedRequests.ts';
import { firstTrySeconds, longestSendMs, mailCalls, nextRetryAt } from '../../../../lambdas/core/mail/mailRetry.ts';
import { lambdas } from '../../../../lambdas/manifest/lambdas.ts';

/** The instants at which a job that keeps failing is tried again, in seconds after it was made. */
function retries(lifetime: number): readonly number[] {
  const tries: number[] = [];
  for (let at = 60, count = 0; at < lifetime; count++) {
    tries.push(at);
    at = nextRetryAt({ retries: count, expiresAt: lifetime }, at);
  }
  return tries;
}

it('F33 a link is tried again until it expires', () => {
  expect(retries(600)).toEqual([60, 120, 240, 420, 510, 570]);
});

it('F33 a notice is tried again all day, every quarter of an hour in the end', () => {
  const tries = retries(86_400);
  expect(tries.slice(0, 6)).toEqual([60, 120, 240, 480, 960, 1860]);
  expect(tries.length).toBeLessThan(110);
  expect(86_400 - (tries.at(-1) ?? 0)).toBeLessThanOrEqual(120);
});

describe('F33 of the Lambdas that send mails', () => {
  const senders = Object.entries(lambdas).filter(([, lambda]) => 'sendMail' in lambda && lambda.sendMail);

  it.each(senders)('%s is ended before another takes up what it tries', (_, { timeoutSeconds }) => {
    expect(timeoutSeconds).toBeLessThan(firstTrySeconds);
  });

  it('the one that the stream calls leaves twice its time to a new job', () => {
    expect(lambdas.mailer.timeoutSeconds * 2).toBeLessThanOrEqual(firstTrySeconds);
  });

  it.each(senders)('%s has time for the longest mail', (_, { timeoutSeconds }) => {
    expect(timeoutSeconds * 1000 - longestSendMs).toBeGreaterThanOrEqual(5000);
  });

  it('there are two', () => {
    expect(senders).toHaveLength(2);
  });
});

it.each(Object.values(mailCalls))(
  'F33 a call of $attempts attempts ends in the time that is kept for it',
  async (bounds) => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const client = new SESv2Client({
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
      maxAttempts: bounds.attempts,
      requestHandler: boundedRequests(bounds.timeoutMs / 50),
    });
    const startedAt = performance.now();
    await expect(client.send(new GetAccountCommand({}))).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(longestCallMs({ ...bounds, timeoutMs: bounds.timeoutMs / 50 }));
    silent.closeAllConnections();
    silent.close();
  },
);
