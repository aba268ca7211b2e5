import { Client } from '@smithy/core/client';
import type { Context } from 'aws-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { oneMachineLimits } from '../../lib/limits.ts';
import { type Api, createApi } from '../../scripts/local/apiClient.ts';
import { deployedHandler } from '../support/deployedHandler.ts';
import { httpEvent } from '../support/httpEvent.ts';
import { countedLimits } from '../support/limitItems.ts';
import { createOwners, type Owner } from '../support/owners.ts';
import { writeProof } from '../support/proof.ts';
import { stack } from '../support/stack.ts';

const accountCount = 1000;
const addressCount = 50;
const attemptCount = 10_000;
const atOnce = 4;

const addresses = Array.from({ length: addressCount }, (_, index) => `127.0.0.${index + 2}`);
const figures: Record<string, unknown> = { accounts: accountCount, addresses: addressCount, attempts: attemptCount };

interface Answer {
  readonly status: number;
  /** The limit that refused. */
  readonly limit: string | undefined;
  readonly retryAfter: string | undefined;
}

/** What an emulator on a busy machine answers where no Lambda came to answer in time. */
const isLost = ({ status }: Pick<Answer, 'status'>) => status === 502 || status === 503 || status === 504;

let client: Api | undefined;

async function signIn(json: object, localAddress: string): Promise<Answer> {
  client ??= createApi({ apiUrl: stack().api_url, caFile: stack().ca_file });
  const { status, headers } = await client('/auth/login', { method: 'POST', json, localAddress });
  const limit = /^"(\w+)"/.exec(String(headers['ratelimit']))?.[1];
  return { status, limit, retryAfter: headers['retry-after'] };
}

/** Calls of `work` for each of a number, a few at once; the results in order. */
async function each<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('a spray of wrong passwords over many accounts from many addresses', () => {
  let owners: Owner[];
  let answers: Answer[];
  const addressOf = (attempt: number) => addresses[(attempt + Math.floor(attempt / accountCount)) % addressCount] ?? '';

  beforeAll(async () => {
    owners = await createOwners(accountCount);
  });

  it('is refused as configured: each address and each account gets what it is allowed, and no more', async () => {
    const begun = Date.now();
    answers = await each(attemptCount, async (attempt) => {
      const email = owners[attempt % accountCount]?.account.email;
      const answer = await signIn({ email, password: 'the wrong one, surely' }, addressOf(attempt));
      if (answer.status === 429) expect(Number(answer.retryAfter)).toBeGreaterThan(0);
      return answer;
    });
    const seconds = (Date.now() - begun) / 1000;
    const statuses = tally(answers.map(({ status }) => `${status}`));
    figures['spray'] = { seconds, statuses, refused_by: tally(answers.flatMap(({ limit }) => limit ?? [])) };
    const lost = answers.filter(isLost).length;
    expect(lost).toBeLessThanOrEqual(attemptCount / 100);
    expect((statuses['401'] ?? 0) + (statuses['429'] ?? 0) + lost).toBe(attemptCount);

    const admitted = tally(answers.flatMap(({ status }, attempt) => (status === 401 ? [addressOf(attempt)] : [])));
    const { maximum, windowSeconds } = oneMachineLimits.signInPerAddress;
    const counted = await countedLimits();
    const byAddress = counted.filter(({ limit, key }) => limit === 'signInPerAddress' && addresses.includes(key));
    expect(byAddress).toHaveLength(addressCount);
    for (const { key, counts } of byAddress) {
      expect(Math.max(...counts), key).toBeLessThanOrEqual(maximum);
      // An attempt that the address may still make and the account not is counted, too.
      expect(sum(counts), key).toBeGreaterThanOrEqual(admitted[key] ?? 0);
      expect(admitted[key], key).toBeLessThanOrEqual(maximum * (Math.ceil(seconds / windowSeconds) + 1));
      expect((admitted[key] ?? 0) + lost, key).toBeGreaterThanOrEqual(maximum);
    }
    const { freeAttempts } = oneMachineLimits.signInPerAccount;
    const byAccount = counted.filter(({ limit }) => limit === 'signInPerAccount');
    expect(Math.max(...byAccount.flatMap(({ counts }) => counts))).toBeLessThanOrEqual(freeAttempts);
    figures['admitted'] = {
      most_of_an_address: Math.max(...Object.values(admitted)),
      configured: oneMachineLimits.signInPerAddress,
    };
  });

  it('keeps no owner out: every one signs in on a device that the account knows, from an address that is refused', async () => {
    const begun = Date.now();
    const results = await each(accountCount, async (index) => {
      const { account, password, deviceToken } = owners[index] ?? expect.unreachable();
      const credentials = { email: account.email, password, device_token: deviceToken };
      const first = await signIn(credentials, addressOf(index));
      return isLost(first) ? signIn(credentials, addressOf(index)) : first;
    });
    figures['owners'] = {
      seconds: (Date.now() - begun) / 1000,
      statuses: tally(results.map(({ status }) => `${status}`)),
    };
    expect(tally(results.map(({ status }) => `${status}`))).toEqual({ 200: accountCount });
  });

  it('costs one write a decision, whether it admits or refuses', async () => {
    const handler = await deployedHandler('signIn');
    const calls: string[] = [];
    const send = Client.prototype.send;
    Client.prototype.send = function (this: unknown, ...args: unknown[]) {
      const { input } = z.object({ input: z.looseObject({ TableName: z.string().optional() }) }).parse(args[0]);
      if (input.TableName === stack().tables['Limits']) calls.push(String(Object(args[0]).constructor.name));
      return Reflect.apply(send, this, args);
    };
    const decisions = { decided: 0, written: 0 };
    try {
      for (let attempt = 0; attempt < 200; attempt++) {
        calls.length = 0;
        const email = owners[0]?.account.email;
        const body = JSON.stringify({ email, password: 'the wrong one, surely' });
        const headers = { 'content-type': 'application/json' };
        const event = httpEvent({
          method: 'POST',
          path: '/auth/login',
          headers,
          body,
          sourceIp: `198.51.100.${attempt % 4}`,
        });
        const { statusCode, headers: sent } = await handler(event, {} as Context);
        const refusedBy = /^"(\w+)"/.exec(String(sent?.['ratelimit']))?.[1];
        const order = ['signInPerAddress', 'signInPerAccountAndAddress', 'signInPerAccount'];
        const decided = statusCode === 401 ? order.length : order.indexOf(String(refusedBy)) + 1;
        expect(calls).toEqual(Array(decided).fill('UpdateCommand'));
        decisions.decided += decided;
        decisions.written += calls.length;
      }
    } finally {
      Client.prototype.send = send;
    }
    expect(decisions.decided).toBeGreaterThan(200);
    figures['decisions'] = decisions;
    writeProof('spray', figures);
  });
});
