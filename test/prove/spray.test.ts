import { Client } from '@smithy/core/client';
import type { Context } from 'aws-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { oneMachineLimits } from '../../lambdas/contract/limits.ts';
import { type Api, createApi } from '../../scripts/local/stack/apiClient.ts';
import { countedLimits } from '../support/database/limitItems.ts';
import { createOwners, type Owner } from '../support/people/owners.ts';
import { writeProof } from '../support/proof/proof.ts';
import { deployedHandler } from '../support/stack/deployedHandler.ts';
import { stack } from '../support/stack/stack.ts';
import { httpEvent } from '../support/worlds/httpEvent.ts';

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

interface Attempt {
  readonly account: number;
  readonly address: string;
}

/**
 * Addresses take turns in groups of ten, so that each is busy for a while; every second account is tried more often
 * than it may be.
 */
function plan(): Attempt[] {
  const accounts = Array.from({ length: accountCount }, (_, account) =>
    Array(account % 2 === 0 ? 14 : 6).fill(account),
  );
  const perGroup = (attemptCount * 10) / addressCount;
  return accounts.flat().map((account: number, index) => {
    const group = Math.floor(index / perGroup);
    return { account, address: addresses[group * 10 + (index % 10)] ?? expect.unreachable() };
  });
}

interface Outcome extends Attempt, Answer {
  /** Epoch milliseconds. */
  readonly begun: number;
  readonly ended: number;
}

const isRefusedBy = (limit: string) => (outcome: Outcome) => outcome.status === 429 && outcome.limit === limit;

/** An address got no further than its limit in any window, and was refused for nothing less. */
function checkAddress(address: string, outcomes: readonly Outcome[]): void {
  const { maximum, windowSeconds } = oneMachineLimits.signInPerAddress;
  const windowOf = (ms: number) => Math.floor(ms / 1000 / windowSeconds);
  const refused = outcomes.filter(isRefusedBy('signInPerAddress'));
  const admitted = outcomes.filter((outcome) => !isLost(outcome) && !refused.includes(outcome));
  const within = admitted.filter(({ begun, ended }) => windowOf(begun) === windowOf(ended));
  for (const count of Object.values(tally(within.map(({ begun }) => `${windowOf(begun)}`)))) {
    expect(count, address).toBeLessThanOrEqual(maximum);
  }
  for (const { begun, ended } of refused) {
    const counted = outcomes.filter(
      (one) => !refused.includes(one) && one.begun < ended && windowOf(one.ended) >= windowOf(begun) - 1,
    );
    // The steps of the rule round what was counted before to the strict side.
    expect(counted.length, address).toBeGreaterThanOrEqual(maximum - Math.ceil(maximum / 32));
  }
}

/** An account was tried as often as it may be, and refused for nothing less. */
function checkAccount(account: number, outcomes: readonly Outcome[]): void {
  const { freeAttempts, pauses } = oneMachineLimits.signInPerAccount;
  const tried = outcomes.filter(({ status }) => status === 401).length;
  const seconds =
    (Math.max(...outcomes.map(({ ended }) => ended)) - Math.min(...outcomes.map(({ begun }) => begun))) / 1000;
  const later = Math.floor(seconds / (pauses[0]?.seconds ?? Number.POSITIVE_INFINITY));
  expect(tried, `account ${account}`).toBeLessThanOrEqual(freeAttempts + later);
  if (!outcomes.some(isRefusedBy('signInPerAccount'))) return;
  expect(tried + outcomes.filter(isLost).length, `account ${account}`).toBeGreaterThanOrEqual(freeAttempts);
}

describe('a spray of wrong passwords over many accounts from many addresses', () => {
  let owners: Owner[];
  let outcomes: Outcome[];

  beforeAll(async () => {
    owners = await createOwners(accountCount);
  });

  it('is refused as configured, by address and by account', async () => {
    const attempts = plan();
    expect(attempts).toHaveLength(attemptCount);
    const startedAt = Date.now();
    outcomes = await each(attemptCount, async (index) => {
      const attempt = attempts[index] ?? expect.unreachable();
      const email = owners[attempt.account]?.account.email;
      const begun = Date.now();
      const answer = await signIn({ email, password: 'the wrong one, surely' }, attempt.address);
      if (answer.status === 429) expect(Number(answer.retryAfter)).toBeGreaterThan(0);
      return { ...attempt, ...answer, begun, ended: Date.now() };
    });
    const statuses = tally(outcomes.map(({ status }) => `${status}`));
    const lost = outcomes.filter(isLost).length;
    const refusedBy = tally(outcomes.flatMap(({ limit }) => limit ?? []));
    figures['spray'] = { seconds: (Date.now() - startedAt) / 1000, statuses, refused_by: refusedBy, lost };
    expect(lost).toBeLessThanOrEqual(attemptCount / 100);
    expect((statuses['401'] ?? 0) + (statuses['429'] ?? 0) + lost).toBe(attemptCount);
    expect(Object.keys(refusedBy).toSorted()).toEqual(['signInPerAccount', 'signInPerAddress']);

    for (const [address, own] of Map.groupBy(outcomes, ({ address }) => address)) checkAddress(address, own);
    for (const [account, own] of Map.groupBy(outcomes, ({ account }) => account)) checkAccount(account, own);
    const counted = (await countedLimits()).filter(({ limit }) => limit === 'signInPerAddress');
    for (const { key, counts } of counted) {
      expect(Math.max(...counts), key).toBeLessThanOrEqual(oneMachineLimits.signInPerAddress.maximum);
    }
  });

  it('keeps no owner out who has a known device', async () => {
    const begun = Date.now();
    const results = await each(accountCount, async (index) => {
      const { account, password, deviceToken } = owners[index] ?? expect.unreachable();
      const credentials = { email: account.email, password, device_token: deviceToken };
      const address = addresses[index % addressCount] ?? expect.unreachable();
      const first = await signIn(credentials, address);
      return isLost(first) ? signIn(credentials, address) : first;
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
