import { expect } from 'vitest';
import type { AuditEvent } from '../../../lambdas/contract/auditEvents.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import type { LimitCounter } from '../../../lambdas/core/limits/ports.ts';
import type { NoticeJob } from '../../../lambdas/core/mail/mailJob.ts';
import type { AccountsOnDevices } from '../../../lambdas/core/sessions/ports.ts';
import { type SignInDeps, type SignInRequest, signIn } from '../../../lambdas/flows/signIn/signIn.ts';
import { memoryDevices } from '../fakes/memoryDevices.ts';
import { inOrder, memoryLimits } from '../fakes/memoryLimits.ts';
import { from, manualClock, settings, testAccount, testMacKey, testSigningKey } from './world.ts';

export const right = 'the right password';
/** Of whoever signs in on a device that the account does not know. */
export const counted = ['signInPerAddress', 'signInPerAccountAndAddress', 'signInPerAccount'];

export function setUp(account?: Account, { startSucceeds = true } = {}) {
  const work: string[] = [];
  const events: AuditEvent[] = [];
  const notices: (NoticeJob | undefined)[] = [];
  const clock = manualClock(1_800_000_000_000);
  const limits = memoryLimits({ clock });
  const devices = memoryDevices();
  const [signingKey, macKey] = [testSigningKey(), testMacKey()];
  const consume: LimitCounter['consume'] = (decision) => {
    work.push(decision.limit);
    return limits.consume(decision);
  };
  const deps: SignInDeps = {
    accountsOnDevices: findingByEmail(account ? [account] : [], devices, (what) => work.push(what)),
    sessions: {
      start: async ({ pair, event, notice }) => {
        work.push('start');
        const changed = startSucceeds && devices.change(pair);
        if (changed === 'pair_changed') return changed;
        events.push(event);
        notices.push(notice);
        return changed;
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
      all: async () => [macKey],
    },
    limits: { consume, consumeInOrder: inOrder(consume), giveBack: limits.giveBack },
    emailHints: { mend: async () => void work.push('mend') },
    limitRefunds: limits,
    endPreviousSessions: async (cookies) => {
      work.push(...cookies.map((cookie) => `end ${cookie.sid}`));
      return [];
    },
    limitSessions: async () => async () => {},
    settings,
    clock,
  };
  return { deps, work, events, notices, clock, limits, devices };
}

/** The same for several accounts, who share a browser. */
export function setUpSeveral(count: number) {
  const accounts = Array.from({ length: count }, () => testAccount());
  const setting = setUp();
  const accountsOnDevices = findingByEmail(accounts, setting.devices);
  return { ...setting, accounts, deps: { ...setting.deps, rehash: async () => undefined, accountsOnDevices } };
}

/** Accounts by their addresses, each with what it knows of a device. */
export function findingByEmail(
  accounts: readonly Account[],
  devices: ReturnType<typeof memoryDevices>,
  found: (what: 'address' | 'account') => unknown = () => undefined,
): AccountsOnDevices {
  const holderOf: AccountsOnDevices['holderOf'] = async (email) => {
    found('address');
    const account = accounts.find(({ normalizedEmail }) => normalizedEmail === email);
    return { sub: account?.sub, credentialsChangedAt: account?.credentialsChangedAt };
  };
  const find: AccountsOnDevices['find'] = async (sub, device) => {
    found('account');
    return { account: accounts.find((account) => account.sub === sub), pairs: devices.find(sub, device) };
  };
  return { holderOf, find, findByEmail: async (email, device) => find((await holderOf(email)).sub, device) };
}

export const attempt = (deps: SignInDeps, email: string, password: string, change: Partial<SignInRequest> = {}) =>
  signIn(deps, { email, password, deviceToken: undefined, from, delivery: { by: 'body' }, ...change });
