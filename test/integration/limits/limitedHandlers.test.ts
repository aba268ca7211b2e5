import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { oneMachineLimits } from '../../../lambdas/contract/limits.ts';
import type { HttpHandler } from '../../../lambdas/http/httpHandler.ts';
import { signedUp } from '../../support/people/people.ts';
import { deployedHandler } from '../../support/stack/deployedHandler.ts';
import { httpEvent } from '../../support/worlds/httpEvent.ts';

beforeEach(() => {
  vi.resetModules();
});

afterEach(() => {
  vi.useRealTimers();
});

function call(handler: HttpHandler, path: string, body: unknown, sourceIp = '192.0.2.1') {
  const headers = { 'content-type': 'application/json' };
  const event = httpEvent({ method: 'POST', path, headers, body: JSON.stringify(body), sourceIp });
  return handler(event, {} as Context);
}

describe('source addresses that no local client has', () => {
  it('L19 a thousand of one /64 are limited as one, those of another are not', async () => {
    const handler = await deployedHandler('signIn');
    const { maximum: allowed, windowSeconds } = oneMachineLimits.signInPerAddress;
    // A clock that stands still: on a busy machine a window would roll over meanwhile, and free some room.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - (Date.now() % (windowSeconds * 1000)) });
    const network = randomUUID().slice(0, 4);
    const attempt = (group: string, host: number) =>
      call(
        handler,
        '/auth/login',
        { email: `${randomUUID()}@example.com`, password: 'none of anybody' },
        `2001:db8:${network}:${group}:${(host * 7919)
          .toString(16)
          .padStart(8, '0')
          .replace(/(.{4})/, '$1:')}::1`,
      );
    const statuses: number[] = [];
    for (let host = 0; host < 1000; host += 20) {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => attempt('a', host + index)));
      statuses.push(...answers.map(({ statusCode }) => statusCode));
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(allowed);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1000 - allowed);
    expect((await attempt('b', 1)).statusCode).toBe(401);
  }, 120_000);
});

describe('without the table of limits', () => {
  const down = { LIMITS_TABLE: 'no-such-table' };

  it('F29 everybody is refused with a time to try again', async () => {
    const person = await signedUp();
    const { email, password } = person;
    const attempts = [
      ['signIn', '/auth/login', { email, password }],
      ['signIn', '/auth/login', { email, password, device_token: person.tokens.device_token }],
      ['registration', '/auth/register', { email: `${randomUUID()}@example.com` }],
    ] as const;
    for (const [name, path, body] of attempts) {
      vi.resetModules();
      const answer = await call(await deployedHandler(name, down), path, body);
      expect([answer.statusCode, answer.headers?.['retry-after']], path).toEqual([503, '1']);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'unavailable' });
    }
  });

  it('F29 a refresh, which is counted in its session, goes on', async () => {
    const { tokens } = await signedUp();
    const answer = await call(await deployedHandler('refresh', down), '/auth/refresh', {
      refresh_token: tokens.refresh_token,
    });
    expect(answer.statusCode).toBe(200);
  });
});
