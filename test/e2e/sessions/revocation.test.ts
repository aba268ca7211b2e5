import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { api } from '../../support/people/api.ts';
import { served, signedUp, signIn } from '../../support/people/people.ts';
import { waitUntilRefused } from '../../support/people/revoked.ts';
import { stack } from '../../support/stack/stack.ts';

it('S03 100 logouts: each access token is refused within the published bound', async () => {
  // An account has a hundred live sessions at most.
  const people = await Promise.all([signedUp(), signedUp()]);
  const tokens: string[] = [];
  for (let batch = 0; batch < 25; batch++) {
    const signedIn = await Promise.all(people.flatMap((person) => [signIn(person), signIn(person)]));
    tokens.push(...signedIn.map(({ access_token }) => access_token));
  }
  // One after the other, at all moments between two of the authorizers' polls.
  const delays = await Promise.all(
    tokens.map(async (token, nth) => {
      await sleep(nth * 200);
      return timeToRefusal(token);
    }),
  );
  delays.sort((a, b) => a - b);
  const at = (part: number) => `${((delays[Math.ceil(delays.length * part) - 1] ?? 0) / 1000).toFixed(2)} s`;
  console.log(`time to refusal over ${delays.length} logouts: p50 ${at(0.5)}, p99 ${at(0.99)}, p100 ${at(1)}`);
  expect(delays).toHaveLength(100);
  expect(stack().revocation_bound_seconds).toBeLessThanOrEqual(6);
  expect(delays.at(-1)).toBeLessThanOrEqual(stack().revocation_bound_seconds * 1000);
});

it('L27 signing out everywhere twice within 2.5 s refuses the token issued in between', async () => {
  const person = await signedUp();
  const tokens: string[] = [];
  for (const _ of [1, 2]) {
    const { access_token: token } = await signIn(person);
    tokens.push(token);
    expect((await api('/auth/logout-everywhere', { method: 'POST', token })).status).toBe(204);
  }
  await Promise.all(tokens.map(waitUntilRefused));
  const { access_token: token } = await signIn(person);
  expect((await decided(token)).status).toBe(200);
});

/** From the answer to the logout until the last moment at which any authorizer still let the token through. */
async function timeToRefusal(token: string): Promise<number> {
  expect((await decided(token)).status).toBe(200);
  expect((await served(() => api('/auth/logout', { method: 'POST', token }))).status).toBe(204);
  const loggedOutAt = performance.now();
  let lastAcceptedAt = loggedOutAt;
  // Other authorizers may lag behind the one that answered first: a refusal counts once it has held for a second.
  // There is always somebody of the hundred who asks: asked more often, this machine would have no time to answer.
  for (let refusedSince: number | undefined; ; await sleep(900)) {
    const { status, askedAt } = await decided(token);
    if (status === 200) {
      lastAcceptedAt = askedAt;
      refusedSince = undefined;
    } else {
      expect(status).toBe(401);
      refusedSince ??= askedAt;
      if (askedAt - refusedSince > 1000) return lastAcceptedAt - loggedOutAt;
    }
  }
}

/**
 * What the API says to a token. A 503 says nothing: on a busy machine an authorizer may not get at its list in time.
 */
async function decided(token: string): Promise<{ readonly status: number; readonly askedAt: number }> {
  for (;;) {
    const askedAt = performance.now();
    const { status } = await api('/auth/me', { token });
    if (status !== 503) return { status, askedAt };
  }
}
