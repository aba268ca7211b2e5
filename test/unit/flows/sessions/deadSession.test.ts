import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../../lambdas/contract/auditEvents.ts';
import { passwordAuthentication } from '../../../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../../../lambdas/core/sessions/newSession.ts';
import { newSessionId } from '../../../../lambdas/core/sessions/session.ts';
import { principalOfSession } from '../../../../lambdas/core/sessions/sessionPrincipal.ts';
import { listFactors, renameFactor } from '../../../../lambdas/flows/factors/manageFactors.ts';
import { listSessions } from '../../../../lambdas/flows/sessions/listSessions.ts';
import { revokeOwnSession, signOut, signOutEverywhere } from '../../../../lambdas/flows/sessions/signOut.ts';
import { from, manualClock, settings, testAccount, testMacKey, testMacKeys } from '../../../support/worlds/world.ts';

const clock = manualClock();
const now = Math.floor(clock() / 1000);
const account = testAccount({ sessionEpoch: 1 });
const sessionOf = (epoch: number) => {
  const of = { ...account, sessionEpoch: epoch };
  return beginSession({ account: of, authentication: passwordAuthentication, from, now, key: testMacKey(), settings })
    .session;
};
const [dead, live] = [sessionOf(0), sessionOf(1)];
const principalOf = (session: typeof dead) => principalOfSession(session, account, now);

/** Stores that keep their promise about epochs, and what was written. */
function world() {
  const written: string[] = [];
  const write = async (asked: { readonly epoch?: number | undefined; readonly event: { readonly type: string } }) => {
    if (asked.epoch !== account.sessionEpoch) return false;
    written.push(asked.event.type);
    return true;
  };
  const deps = {
    accounts: { find: async () => account },
    sessions: { list: async () => [dead, live] },
    factors: { read: async () => ({ factors: [], recoveryCodes: new Set<string>(), revision: 0 }) },
    changes: {
      rename: async ({ sessionEpoch: epoch, event }: { readonly sessionEpoch: number; readonly event: AuditEvent }) =>
        write({ epoch, event }),
    },
    revocation: { revoke: write, revokeEverywhere: write },
    refreshKeys: testMacKeys(),
    limits: {
      consume: async () =>
        ({ admitted: true, receipt: { limit: 'sessionEndsPerSession', key: 'key', window: 1 } }) as const,
    },
    audit: { record: async () => {} },
    clock,
  };
  return { written, deps };
}

describe('L27 a session of an older epoch, whose token still passes', () => {
  it('lists no sessions', async () => {
    const { deps } = world();
    await expect(listSessions(deps, principalOf(dead))).rejects.toMatchObject({ code: 'invalid_token' });
    expect((await listSessions(deps, principalOf(live))).map(({ sid }) => sid)).toEqual([live.sid]);
  });

  it('ends no session, and is ended by none', async () => {
    const { deps, written } = world();
    const gone = { code: 'not_found' };
    await expect(revokeOwnSession(deps, principalOf(dead), live.sid, from)).rejects.toMatchObject(gone);
    await expect(revokeOwnSession(deps, principalOf(live), dead.sid, from)).rejects.toMatchObject(gone);
    await expect(revokeOwnSession(deps, principalOf(dead), newSessionId(0), from)).rejects.toMatchObject(gone);
    await signOut(deps, principalOf(dead), from);
    expect(written).toEqual([]);
    await revokeOwnSession(deps, principalOf(live), newSessionId(1), from);
    expect(written).toEqual(['session.revoked']);
  });

  it('lists no factors', async () => {
    const { deps } = world();
    await expect(listFactors(deps, principalOf(dead))).rejects.toMatchObject({ code: 'invalid_token', status: 401 });
    expect(await listFactors(deps, principalOf(live))).toEqual({ factors: [], recoveryCodesLeft: 0 });
  });

  it('renames no factor', async () => {
    const { deps, written } = world();
    const input = { id: 'f-1', name: 'Phone', from };
    const refused = renameFactor(deps, principalOf(dead), input);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_token', status: 401 });
    expect(written).toEqual([]);
    await renameFactor(deps, principalOf(live), input);
    expect(written).toEqual(['factor.renamed']);
  });

  it('signs nobody out everywhere', async () => {
    const { deps, written } = world();
    const refused = signOutEverywhere(deps, principalOf(dead), from);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_token', status: 401 });
    expect(written).toEqual([]);
    await signOutEverywhere(deps, principalOf(live), from);
    expect(written).toEqual(['sessions.revoked_all']);
  });
});
