import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../../lambdas/contract/auditEvents.ts';
import type { Account } from '../../../../lambdas/core/accounts/account.ts';
import { createExpectedTenants } from '../../../../lambdas/core/accounts/expectedTenants.ts';
import { passwordAuthentication } from '../../../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../../../lambdas/core/sessions/newSession.ts';
import { newSessionId } from '../../../../lambdas/core/sessions/session.ts';
import { sessionCookieSecret } from '../../../../lambdas/core/sessions/sessionCookie.ts';
import { principalOfSession } from '../../../../lambdas/core/sessions/sessionPrincipal.ts';
import { renameFactor } from '../../../../lambdas/flows/factors/manageFactors.ts';
import { type RefreshDeps, refreshSession } from '../../../../lambdas/flows/sessions/refreshSession.ts';
import {
  revokeOwnSession,
  signOut,
  signOutByRefreshToken,
  signOutEverywhere,
} from '../../../../lambdas/flows/sessions/signOut.ts';
import { createEndPreviousSessions } from '../../../../lambdas/flows/signIn/endPreviousSessions.ts';
import { memoryLimits } from '../../../support/fakes/memoryLimits.ts';
import {
  from,
  manualClock,
  settings,
  testAccount,
  testMacKey,
  testMacKeys,
  testSigningKey,
} from '../../../support/worlds/world.ts';

const clock = manualClock();
const rethrow = (error: unknown) => {
  throw error;
};
const macKey = testMacKey();
const signingKey = testSigningKey();
const account = testAccount({ tenantId: 'acme' });
const other = testAccount({ tenantId: 'umbrella' });
const { session, sessionSecret, refreshToken } = beginSession({
  account,
  authentication: passwordAuthentication,
  from,
  now: Math.floor(clock() / 1000),
  key: macKey,
  settings,
});
const principal = principalOfSession(session, account, Math.floor(clock() / 1000));

/** The accounts that were read, and the events of a run. */
function world(accounts: readonly Account[] = [account, other]) {
  const [events, reads]: [AuditEvent[], string[]] = [[], []];
  const put = async ({ event }: { event: AuditEvent }) => events.push(event) > 0;
  const find = async (sub: string) => {
    reads.push(sub);
    return accounts.find((one) => one.sub === sub);
  };
  return {
    events,
    reads,
    tenants: () => events.map(({ type, tenant_id }) => [type, tenant_id]),
    deps: {
      accounts: { find },
      revocation: { revoke: put, revokeEverywhere: put },
      refreshKeys: testMacKeys(macKey),
      limits: memoryLimits({ clock }),
      audit: { record: async (event: AuditEvent) => void events.push(event) },
      clock,
    },
  };
}

describe('the tenant stands in the event', () => {
  const refreshDeps = (events: AuditEvent[], change: Partial<RefreshDeps>): RefreshDeps => ({
    rotation: {
      rotate: async ({ event, tenantId }) => {
        events.push(event(tenantId));
        return { rotated: true };
      },
    },
    sessions: { read: async () => ({ session, account }) },
    tenants: createExpectedTenants('acme'),
    revocation: { revoke: async ({ event }) => events.push(event) > 0 },
    signingKeys: { current: async () => signingKey },
    refreshKeys: testMacKeys(macKey),
    audit: { record: async (event) => void events.push(event) },
    onReuse: () => undefined,
    settings,
    retryWindowSeconds: 10,
    clock,
    ...change,
  });
  const request = { refreshToken, delivery: 'body', from, arrivedAtMs: clock() } as const;

  it('of a refresh', async () => {
    const { events, tenants } = world();
    await refreshSession(refreshDeps(events, {}), request);
    expect(tenants()).toEqual([['session.refreshed', 'acme']]);
  });

  it('of the next refresh of an account that was seen in another tenant than the deployment’s own', async () => {
    const { events, tenants } = world();
    const deps = refreshDeps(events, { tenants: createExpectedTenants('default') });
    for (let time = 0; time < 2; time++) await refreshSession(deps, request);
    expect(tenants()).toEqual([
      ['session.refreshed', 'default'],
      ['session.refreshed', 'acme'],
    ]);
  });

  it('of a reuse', async () => {
    const { events, tenants } = world();
    const ahead = { ...session, generation: 2 };
    const change: Partial<RefreshDeps> = {
      rotation: { rotate: async () => ({ rotated: false, session: ahead, accountHolds: true, refusal: undefined }) },
      sessions: { read: async () => ({ session: ahead, account }) },
    };
    await expect(refreshSession(refreshDeps(events, change), request)).rejects.toMatchObject({
      code: 'invalid_grant',
    });
    expect(tenants()).toEqual([['session.reuse_detected', 'acme']]);
  });

  it('of a refresh that a limit refuses', async () => {
    const { events, tenants } = world();
    const refusal = { limit: 'refreshPerSession', quota: 1, windowSeconds: 60, retryAfterSeconds: 60 } as const;
    const rotation = { rotate: async () => ({ rotated: false, session, accountHolds: true, refusal }) as const };
    await expect(refreshSession(refreshDeps(events, { rotation }), request)).rejects.toMatchObject({
      code: 'rate_limited',
      refusal,
    });
    expect(tenants()).toEqual([['request.rate_limited', 'acme']]);
  });

  it.each([
    ['a sign-out', 'session.revoked', (deps: Deps) => signOut(deps, principal, from)],
    [
      'another session ended',
      'session.revoked',
      (deps: Deps) => revokeOwnSession(deps, principal, newSessionId(0), from),
    ],
    ['a sign-out everywhere', 'sessions.revoked_all', (deps: Deps) => signOutEverywhere(deps, principal, from)],
    [
      'a sign-out by refresh token beside an access token',
      'session.revoked',
      (deps: Deps) => signOutByRefreshToken(deps, { token: refreshToken, principal, from }),
    ],
  ] as const)('of %s, from the principal and without a read', async (_, type, run) => {
    const { deps, reads, tenants } = world();
    await run(deps);
    expect([tenants(), reads]).toEqual([[[type, 'acme']], []]);
  });

  it('of a sign-out by refresh token alone, from the account', async () => {
    const { deps, reads, tenants } = world();
    await signOutByRefreshToken(deps, { token: refreshToken, principal: undefined, from });
    expect([tenants(), reads]).toEqual([[['session.revoked', 'acme']], [account.sub]]);
  });

  it('of the session that a browser held before, whoever has signed in since', async () => {
    const secret = sessionCookieSecret(sessionSecret);
    const cookie = { sub: account.sub, sid: session.sid, secret };
    for (const [signedIn, read] of [[account, []] as const, [other, [account.sub]] as const]) {
      const { deps, reads, tenants } = world();
      await createEndPreviousSessions({ ...deps, failed: rethrow })([cookie], { account: signedIn, from });
      expect([tenants(), reads]).toEqual([[['session.revoked', 'acme']], read]);
    }
  });

  it('of a renamed factor', async () => {
    const { deps, events, tenants } = world();
    const rename = async ({ event }: { event: AuditEvent }) => events.push(event) > 0;
    await renameFactor({ ...deps, changes: { rename } }, principal, { id: 'f-1', name: 'Phone', from });
    expect(tenants()).toEqual([['factor.renamed', 'acme']]);
  });
});

it('a refresh token of an account that has been erased is no error', async () => {
  const { deps, events } = world([]);
  await signOutByRefreshToken(deps, { token: refreshToken, principal: undefined, from });
  expect(events).toEqual([]);
});

type Deps = ReturnType<typeof world>['deps'];
