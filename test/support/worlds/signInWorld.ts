import { expect } from 'vitest';
import type { AuditEvent } from '../../../lambdas/contract/auditEvents.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import type { NoticeJob } from '../../../lambdas/core/mail/mailJob.ts';
import { type SignInDeps, type SignInRequest, signIn } from '../../../lambdas/flows/signIn/signIn.ts';
import { memoryLimits } from '../fakes/memoryLimits.ts';
import { from, manualClock, settings, testMacKey, testSigningKey } from './world.ts';

export const right = 'the right password';
/** Of whoever signs in on a device that the account does not know. */
export const counted = ['signInPerAddress', 'signInPerAccountAndAddress', 'signInPerAccount'];

export function setUp(account?: Account, { startSucceeds = true } = {}) {
  const work: string[] = [];
  const events: AuditEvent[] = [];
  const notices: (NoticeJob | undefined)[] = [];
  const clock = manualClock(1_800_000_000_000);
  const limits = memoryLimits({ clock });
  const [signingKey, macKey] = [testSigningKey(), testMacKey()];
  const deps: SignInDeps = {
    accounts: {
      findByEmail: async (email) => {
        work.push('find');
        return email === account?.normalizedEmail ? account : undefined;
      },
    },
    sessions: {
      start: async ({ event, notice }) => {
        work.push('start');
        events.push(event);
        notices.push(notice);
        return startSucceeds;
      },
    },
    audit: {
      record: async (event) => {
        work.push('record');
        events.push(event);
      },
    },
    hasher: {
      verify: async (hash, password) => {
        work.push('hash');
        return hash === 'hash' && password === right;
      },
    },
    rehash: async (input) => {
      work.push('rehash');
      expect(input).toMatchObject({ account: { sub: account?.sub }, password: right });
    },
    signingKeys: { current: async () => signingKey },
    refreshKeys: { current: async () => macKey },
    credentialKeys: {
      current: async () => macKey,
      find: async (kid) => (kid === macKey.kid ? macKey : undefined),
    },
    limits: {
      consume: (decision) => {
        work.push(decision.limit);
        return limits.consume(decision);
      },
    },
    limitRefunds: limits,
    endPreviousSession: async (cookie) => {
      work.push(`end ${cookie}`);
    },
    limitSessions: async () => {},
    settings,
    clock,
  };
  return { deps, work, events, notices, clock, limits };
}

export const attempt = (deps: SignInDeps, email: string, password: string, change: Partial<SignInRequest> = {}) =>
  signIn(deps, { email, password, deviceToken: undefined, from, delivery: { by: 'body' }, ...change });
