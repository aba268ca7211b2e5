import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { oneMachineLimits } from '../../../lambdas/contract/limits.ts';
import type { ApiResponse } from '../../../scripts/local/stack/apiClient.ts';
import { api } from '../../support/people/api.ts';
import { readMails, waitForMail } from '../../support/people/mails.ts';
import {
  mailedToken,
  newPerson,
  type Person,
  problemOf,
  served,
  signedUp,
  tokensOf,
} from '../../support/people/people.ts';
import { stack } from '../../support/stack/stack.ts';

const { signInPerAddress, signInPerAccountAndAddress, signInPerAccount } = oneMachineLimits;

interface Attempt {
  readonly email: string;
  readonly password?: string;
  readonly from: string;
  readonly deviceToken?: string | undefined;
}

function login({ email, password = 'the wrong one, surely', from, deviceToken }: Attempt): Promise<ApiResponse> {
  const json = { email, password, ...(deviceToken !== undefined && { device_token: deviceToken }) };
  return api('/auth/login', { method: 'POST', json, localAddress: from });
}

async function logins(attempts: readonly Attempt[], atOnce = 4): Promise<ApiResponse[]> {
  const answers: ApiResponse[] = [];
  for (let index = 0; index < attempts.length; index += atOnce) {
    answers.push(...(await Promise.all(attempts.slice(index, index + atOnce).map(login))));
  }
  return answers;
}

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));
const statusesOf = (answers: readonly ApiResponse[]) => answers.map(({ status }) => status);
const withoutIds = ({ text, headers }: ApiResponse) => ({
  text: text.replace(/"request_id":"[^"]+"/, ''),
  headers: { ...headers, date: '', 'x-amzn-requestid': '', 'x-amz-apigw-id': '', 'retry-after': '', ratelimit: '' },
});

describe('sign-in', () => {
  let person: Person;
  beforeAll(async () => {
    person = await signedUp();
  });

  it('L03 L01 slows down after ten failures, whether or not there is an account', async () => {
    const refused: ApiResponse[] = [];
    for (const [index, email] of [person.email, newPerson().email].entries()) {
      const answers = await logins(
        times(11, (attempt) => ({ email, from: `127.0.${10 + index}.${1 + attempt}` })),
        1,
      );
      expect(statusesOf(answers)).toEqual([...Array(signInPerAccount.freeAttempts).fill(401), 429]);
      refused.push(...answers.slice(-1));
    }
    const [known, unknown] = refused;
    if (!known || !unknown) throw new Error('nobody was refused');
    expect(withoutIds(known)).toEqual(withoutIds(unknown));
    expect(problemOf(known)).toEqual({ status: 429, code: 'rate_limited' });
    const seconds = Number(known.headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(known.headers['ratelimit']).toBe(`"signInPerAccount";r=0;t=${seconds}`);
    expect(known.headers['ratelimit-policy']).toBe('"signInPerAccount";q=10');
  });

  it('L03 is limited by account and address before it is limited by account', async () => {
    const email = newPerson().email;
    const answers = await logins(times(30, () => ({ email, from: '127.0.13.1' })));
    expect(statusesOf(answers).filter((status) => status === 401)).toHaveLength(signInPerAccountAndAddress.maximum);
    const [last] = answers.filter(({ status }) => status === 429);
    expect(last?.headers['ratelimit-policy']).toBe('"signInPerAccountAndAddress";q=10;w=900');
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('L04 is limited by address over many accounts', async () => {
    const { maximum, windowSeconds } = signInPerAddress;
    const other = await signedUp();
    const spray = times(maximum + 20, () => ({ email: newPerson().email, from: '127.0.14.1' }));
    const startedAt = performance.now();
    const answers = await logins(spray);
    // A window that slides frees its room bit by bit: nothing at once, and all of it in the time of a window.
    const freed = Math.ceil(((performance.now() - startedAt) / 1000) * (maximum / windowSeconds));
    const admitted = statusesOf(answers).filter((status) => status === 401).length;
    expect(admitted).toBeGreaterThanOrEqual(maximum);
    expect(admitted).toBeLessThanOrEqual(maximum + freed);
    expect(statusesOf(answers).filter((status) => status === 429)).toHaveLength(maximum + 20 - admitted);
    expect((await login({ ...other, from: '127.0.14.1' })).status).toBe(429);
    expect((await login({ ...other, from: '127.0.14.2' })).status).toBe(200);
  });

  it('L03 works again after a reset of the password', async () => {
    const owner = await signedUp();
    await logins(
      times(11, (attempt) => ({ email: owner.email, from: `127.0.20.${1 + attempt}` })),
      1,
    );
    expect((await login({ ...owner, from: '127.0.20.100' })).status).toBe(429);
    await api('/auth/password/forgot', { method: 'POST', json: { email: owner.email } });
    const password = `meadow ${randomUUID()}`;
    const json = { token: await mailedToken(owner.email, 2), new_password: password };
    expect((await api('/auth/password/reset', { method: 'POST', json })).status).toBe(204);
    expect((await login({ email: owner.email, password, from: '127.0.20.100' })).status).toBe(200);
  });

  it('L05 on a known device goes on while an attacker fails a thousand times', async () => {
    const owner = await signedUp();
    const { device_token: deviceToken } = owner.tokens;
    const attack = logins(times(1000, (index) => ({ email: owner.email, from: `127.0.15.${1 + (index % 4)}` })));
    const during = await served(() => login({ ...owner, deviceToken, from: '127.0.15.1' }));
    const answers = await attack;
    expect(statusesOf(answers).filter((status) => status === 401).length).toBeLessThanOrEqual(30);
    // A busy machine refuses with 503 whom it cannot count.
    expect(statusesOf(answers).filter((status) => status === 429 || status === 503).length).toBeGreaterThanOrEqual(970);
    expect(during.status).toBe(200);
    const next = tokensOf(during).device_token;
    expect((await login({ ...owner, deviceToken: next, from: '127.0.15.1' })).status).toBe(200);
    // The longer the attack has taken, the fewer of its last failures count: it goes on until the account is shut.
    const isShut = async () => {
      const { headers } = await login({ email: owner.email, from: '127.0.15.5' });
      return (
        String(headers['ratelimit-policy']).startsWith('"signInPerAccount"') && Number(headers['retry-after']) > 10
      );
    };
    while (!(await isShut()));
    expect((await login({ ...owner, from: '127.0.16.1' })).status, 'as for an address without an account').toBe(429);
  });

  it('tells browser apps of the limit', async () => {
    const { origin } = new URL(stack().issuer);
    const answer = await api('/auth/login', { method: 'POST', json: person, headers: { origin } });
    expect(answer.headers['access-control-expose-headers']).toContain('RateLimit, RateLimit-Policy');
  });
});

describe('a device', () => {
  it('is told to the owner by mail when it is new, only then', async () => {
    const owner = await signedUp();
    const again = await login({ ...owner, deviceToken: owner.tokens.device_token, from: '127.0.17.1' });
    expect(again.status).toBe(200);
    expect((await login({ ...owner, from: '127.0.17.2' })).status).toBe(200);
    const notice = await waitForMail(owner.email, 2);
    expect(notice.subject).toMatch(/^New sign-in to your account/);
    expect(notice.text).toContain('127.0.17.2');
    expect((await readMails(owner.email)).filter(({ subject }) => subject.startsWith('New sign-in'))).toHaveLength(1);
  });

  it('is a stranger’s unless it is one of the account', async () => {
    const [owner, other] = [await signedUp(), await signedUp()];
    const own = String(owner.tokens.device_token);
    const flipped = own.slice(0, -1) + (own.endsWith('A') ? 'B' : 'A');
    const strangers = [String(other.tokens.device_token), flipped, 'v1.nonsense', randomUUID()];
    for (const [index, deviceToken] of strangers.entries()) {
      expect((await login({ ...owner, deviceToken, from: '127.0.18.1' })).status, deviceToken).toBe(200);
      expect((await waitForMail(owner.email, 2 + index)).subject).toMatch(/^New sign-in/);
    }
  });
});

describe('registration', () => {
  it('L28 leaves mails to an address for another source, once one has used up its three', async () => {
    const { email } = newPerson();
    const register = (localAddress: string) => api('/auth/register', { method: 'POST', json: { email }, localAddress });
    const answers: ApiResponse[] = [];
    for (let index = 0; index < 5; index++) answers.push(await register('127.0.19.1'));
    expect(statusesOf(answers)).toEqual([202, 202, 202, 202, 202]);
    await waitForMail(email, 3);
    expect((await register('127.0.19.2')).status).toBe(202);
    await waitForMail(email, 4);
    expect(await readMails(email)).toHaveLength(4);
  });
});
