import { describe, expect, it } from 'vitest';
import { routes } from '../../../lambdas/contract/routes.ts';
import { ownValue } from '../../../lambdas/manifest/setting.ts';
import { settings } from '../../../lambdas/manifest/settings.ts';
import { api } from '../../support/people/api.ts';
import { problemOf, refresh, served, signedUp, signIn, tokensOf } from '../../support/people/people.ts';

const sessionsSchema = routes.listSessions.answers()[200];
const retryWindowMs = ownValue(settings.refreshRetryWindowSeconds, 'local') * 1000;

describe('refresh', () => {
  it('by 50 at once with one token yields one generation', async () => {
    const { tokens } = await signedUp();
    const began = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const answer = await refresh(tokens.refresh_token);
        return { answer, afterMs: performance.now() - began };
      }),
    );
    const statuses = Map.groupBy(answers, ({ answer }) => answer.status);
    console.log(`50 refreshes: ${[...statuses].map(([status, those]) => `${those.length} with ${status}`).join(', ')}`);
    const good = (statuses.get(200) ?? []).map(({ answer }) => tokensOf(answer));
    expect(good.length).toBeGreaterThan(0);
    expect(new Set(good.map(({ refresh_token }) => refresh_token)).size).toBe(1);
    const refusedForNow = statuses.get(503) ?? [];
    for (const { answer } of refusedForNow) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    // On a busy machine: who comes when the window of retries is over has reused the token, and the session ends.
    const reused = statuses.get(400) ?? [];
    for (const { answer, afterMs } of reused) {
      expect(problemOf(answer).code).toBe('invalid_grant');
      expect(afterMs).toBeGreaterThan(retryWindowMs);
    }
    expect(good.length + refusedForNow.length + reused.length).toBe(50);
    const late = answers.some(({ afterMs }) => afterMs > retryWindowMs);
    const successor = await served(() => refresh(String(good[0]?.refresh_token)));
    expect(reused.length > 0 ? [400] : late ? [200, 400] : [200]).toContain(successor.status);
  });

  it('O28 with a forged token leaves the owner signed in', async () => {
    const { tokens } = await signedUp();
    const forged = tokens.refresh_token.replace(/\.0\./, '.7.');
    expect(problemOf(await refresh(forged))).toEqual({ status: 400, code: 'invalid_grant' });
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
  });
});

describe('sessions', () => {
  const list = async (token: string) => sessionsSchema.parse((await api('/auth/sessions', { token })).json()).items;

  it('are ended one by one', async () => {
    const person = await signedUp();
    const other = await signIn(person);
    const current = await signIn(person);
    const before = await list(current.access_token);
    expect(before.map(({ sid }) => sid).sort()).toEqual(
      [person.tokens.session_id, other.session_id, current.session_id].sort(),
    );
    expect(before.filter((session) => session.current).map(({ sid }) => sid)).toEqual([current.session_id]);

    const end = (sid: string) => api(`/auth/sessions/${sid}`, { method: 'DELETE', token: current.access_token });
    expect((await end(other.session_id)).status).toBe(204);
    expect(problemOf(await end(other.session_id)).code).toBe('not_found');
    expect(problemOf(await refresh(other.refresh_token)).code).toBe('invalid_grant');
    expect(await list(current.access_token)).toHaveLength(2);
  });

  it('A01 of another subject are as those that do not exist', async () => {
    const [mine, theirs] = [await signedUp(), await signedUp()];
    const end = (sid: string) => api(`/auth/sessions/${sid}`, { method: 'DELETE', token: mine.tokens.access_token });
    const others = await end(theirs.tokens.session_id);
    const missing = await end(`${'A'.repeat(22)}0`);
    expect(problemOf(others)).toEqual(problemOf(missing));
    expect(problemOf(others)).toEqual({ status: 404, code: 'not_found' });
    expect((await refresh(theirs.tokens.refresh_token)).status).toBe(200);
  });

  it('end all at once, without keeping out a new one', async () => {
    const person = await signedUp();
    const other = await signIn(person);
    const answer = await api('/auth/logout-everywhere', { method: 'POST', token: other.access_token });
    expect(answer.status).toBe(204);
    for (const { refresh_token } of [person.tokens, other]) {
      expect(problemOf(await refresh(refresh_token)).code).toBe('invalid_grant');
    }
    const { access_token: token } = await signIn(person);
    expect((await api('/auth/me', { token })).status).toBe(200);
    expect(await list(token)).toHaveLength(1);
  });

  it('end by refresh token, as often as it is sent', async () => {
    const { tokens } = await signedUp();
    const logout = (refreshToken: string) =>
      api('/auth/logout', { method: 'POST', json: { refresh_token: refreshToken } });
    expect((await logout(tokens.refresh_token)).status).toBe(204);
    expect(problemOf(await refresh(tokens.refresh_token)).code).toBe('invalid_grant');
    expect((await logout(tokens.refresh_token)).status).toBe(204);
    expect((await logout('nonsense')).status).toBe(204);
    expect(problemOf(await api('/auth/logout', { method: 'POST' })).code).toBe('invalid_token');
  });

  it('by refresh token ends the session beside an Authorization header that is refused', async () => {
    const { tokens } = await signedUp();
    const logout = (refreshToken: string) =>
      api('/auth/logout', { method: 'POST', token: 'expired', json: { refresh_token: refreshToken } });
    expect(problemOf(await logout('nonsense'))).toEqual({ status: 401, code: 'invalid_token' });
    expect((await logout(tokens.refresh_token)).status).toBe(204);
    expect(problemOf(await refresh(tokens.refresh_token)).code).toBe('invalid_grant');
  });
});
