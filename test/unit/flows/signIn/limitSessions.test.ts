import { expect, it } from 'vitest';
import type { AuditEvent } from '../../../../lambdas/contract/auditEvents.ts';
import { unavailable } from '../../../../lambdas/core/common/errors.ts';
import { newSessionId, type Session } from '../../../../lambdas/core/sessions/session.ts';
import { createLimitSessions } from '../../../../lambdas/flows/signIn/limitSessions.ts';
import { signIn } from '../../../../lambdas/flows/signIn/signIn.ts';
import { right, setUp } from '../../../support/worlds/signInWorld.ts';
import { from, testAccount } from '../../../support/worlds/world.ts';

/** A sign-in whose sessions are kept. */
function withSessions() {
  const account = testAccount();
  const setting = setUp(account);
  const sessions = new Map<string, Session>();
  const ended: AuditEvent[] = [];
  const limitSessions = createLimitSessions({
    sessions: { listReadable: async () => [...sessions.values()] },
    revocation: {
      async revoke({ sid, event }) {
        const session = sessions.get(sid);
        if (session?.status !== 'active') return false;
        sessions.set(sid, { ...session, status: 'revoked' });
        return ended.push(event) > 0;
      },
    },
    clock: setting.clock,
    failed: (error) => expect.fail(String(error)),
  });
  const { start } = setting.deps.sessions;
  const deps = {
    ...setting.deps,
    limitSessions,
    sessions: {
      start: (input: Parameters<typeof start>[0]) => {
        sessions.set(input.session.sid, input.session);
        return start(input);
      },
    },
  };
  const attempt = (by: 'body' | 'cookie', deviceToken?: string) => {
    const delivery = by === 'body' ? { by } : { by, previousSessions: [] };
    return signIn(deps, { email: account.email, password: right, deviceToken, from, delivery });
  };
  const live = () => [...sessions.values()].filter(({ status }) => status === 'active').map(({ sid }) => sid);
  return { setting, attempt, live, ended, sessions };
}

it('a browser on a known device has one session', async () => {
  const { setting, attempt, live, ended } = withSessions();
  const first = await attempt('cookie');
  setting.clock.advance(1000);
  const other = await attempt('cookie');
  setting.clock.advance(1000);
  const second = await attempt('cookie', first.deviceToken);
  expect(live()).toEqual([other.sid, second.sid]);
  expect(ended).toMatchObject([{ type: 'session.revoked', reason: 'replaced', target: { id: first.sid } }]);
});

it('an account has a hundred live sessions at most', async () => {
  const { setting, attempt, live, ended } = withSessions();
  const sids: string[] = [];
  for (let count = 0; count < 130; count++) {
    sids.push((await attempt('body')).sid);
    setting.clock.advance(61_000);
  }
  expect(live()).toEqual(sids.slice(30));
  expect(ended.map(({ reason }) => reason)).toEqual(Array(30).fill('too_many_sessions'));
});

/** The owner has a session on each of two devices that the account has known for a while. */
async function withOwner() {
  const world = withSessions();
  const { setting, attempt } = world;
  const onDevice = async () => {
    const first = await attempt('cookie');
    setting.clock.advance(86_400_000);
    return attempt('cookie', first.deviceToken);
  };
  const [phone, laptop] = [await onDevice(), await onDevice()];
  setting.clock.advance(86_400_000);
  const signIns = async (count: number, deviceToken: string | undefined) => {
    let token = deviceToken;
    for (let nth = 0; nth < count; nth++) {
      token = (await attempt('body', token)).deviceToken ?? token;
      setting.clock.advance(61_000);
    }
  };
  return { ...world, phone, laptop, signIns };
}

it('L22 who knows the password ends no session of a device that was known before, on a known one either', async () => {
  const { live, phone, laptop, signIns } = await withOwner();
  await signIns(150, undefined);
  for (let device = 0; device < 50; device++) await signIns(3, undefined);
  expect(live()).toHaveLength(100);
  expect(live()).toEqual(expect.arrayContaining([phone.sid, laptop.sid]));
});

it('L22 who holds the token of a device besides ends the sessions of that device alone', async () => {
  const { live, phone, laptop, signIns } = await withOwner();
  await signIns(150, phone.deviceToken);
  expect(live()).toHaveLength(100);
  expect(live()).toContain(laptop.sid);
  expect(live()).not.toContain(phone.sid);
});

it('one sign-in ends twenty sessions at most, of the thousands that an account may hold from before', async () => {
  const { setting, attempt, sessions, ended } = withSessions();
  const { sid } = await attempt('body');
  const one = sessions.get(sid);
  if (!one) throw new Error('no session');
  for (let count = 0; count < 1000; count++) {
    const older = newSessionId(one.epoch);
    sessions.set(older, { ...one, sid: older });
  }
  setting.clock.advance(61_000);
  await attempt('body');
  expect(ended).toHaveLength(20);
});

it('a session begins even if no other can be ended, and that is told of', async () => {
  const { clock } = setUp();
  const down = () => Promise.reject(unavailable(new Error('down')));
  const failures: unknown[] = [];
  const limitSessions = createLimitSessions({
    sessions: { listReadable: down },
    revocation: { revoke: down },
    clock,
    failed: (error) => void failures.push(error),
  });
  const { setting } = withSessions();
  const account = testAccount();
  const { deps } = setUp(account);
  const tokens = await signIn(
    { ...deps, limitSessions },
    { email: account.email, password: right, deviceToken: undefined, from, delivery: { by: 'body' } },
  );
  expect(tokens.sid).toEqual(expect.any(String));
  expect(setting.events).toEqual([]);
  expect(failures).toMatchObject([{ code: 'unavailable' }]);
});
