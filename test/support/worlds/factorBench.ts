import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { type KnownFactor, methodsOf } from '../../../lambdas/core/factors/factor.ts';
import type { SingleUse } from '../../../lambdas/core/factors/factorUse.ts';
import type { UsedUp } from '../../../lambdas/core/factors/ports.ts';
import { noticeJob } from '../../../lambdas/core/mail/mailJob.ts';
import { passkeyAuthentication } from '../../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../../lambdas/core/sessions/newSession.ts';
import { createFactorChanges } from '../../../lambdas/stores/factors/factorChanges.ts';
import { createFactorSignIn } from '../../../lambdas/stores/factors/factorSignIn.ts';
import { createFactors } from '../../../lambdas/stores/factors/factors.ts';
import { createMfaAttempts } from '../../../lambdas/stores/factors/mfaAttempts.ts';
import { createTotpEnrolments } from '../../../lambdas/stores/factors/totpEnrolments.ts';
import { type StoreBench, storeContract } from './storeContract.ts';
import { from, settings, testPair } from './world.ts';

/** The factors' stores of one database, with what their tests begin with. */
export type FactorBench = ReturnType<typeof factorBench>;

/** Promises of the factors' stores: what is changed together, and what can be used once. */
export function factorContract(promises: (bench: FactorBench) => void): void {
  storeContract('the factors', (stores) => promises(factorBench(stores)));
}

export const newId = () => randomBytes(16).toString('base64url');
export const inAMinute = () => Math.floor(Date.now() / 1000) + 60;

export function factorBench(bench: StoreBench) {
  const { clock, event } = bench;

  function factorStores() {
    const { client } = bench.world;
    const tables = {
      ...bench.world.tables,
      factors: bench.database.tables.Factors,
      grants: bench.database.tables.Grants,
    };
    return {
      factors: createFactors({ client, table: tables.factors }),
      changes: createFactorChanges({ client, tables }),
      enrolments: createTotpEnrolments({ client, table: tables.grants }),
      attempts: createMfaAttempts({ client, table: tables.grants }),
      signIns: createFactorSignIn({ client, tables }),
    };
  }

  const passkey = (sub: string): KnownFactor => ({
    sub,
    id: newId(),
    type: 'webauthn',
    name: 'Passkey',
    createdAt: 1,
    credentialId: 'AAAA',
    publicKey: 'BBBB',
    counter: 0,
    transports: ['internal'],
  });
  const totp = (sub: string, lastStep = 100): KnownFactor => ({
    sub,
    id: newId(),
    type: 'totp',
    name: 'Authenticator app',
    createdAt: 1,
    sealedSecret: 'sealed',
    lastStep,
  });
  /** A live session of each account, begun when its first change is made. */
  const sids = new Map<string, string>();
  async function sidOf({ sub }: Pick<Account, 'sub'>): Promise<string> {
    const known = sids.get(sub);
    if (known !== undefined) return known;
    const { session } = await bench.startSession((await bench.world.accounts.find(sub)) ?? expect.fail('no account'));
    sids.set(sub, session.sid);
    return session.sid;
  }

  const changedAt = async ({ sub }: Account) => (await bench.world.accounts.find(sub))?.credentialsChangedAt ?? 0;
  const addressOf = async (account: Account) =>
    (await bench.world.accounts.find(account.sub))?.normalizedEmail ?? account.normalizedEmail;
  const challenge = (): SingleUse => ({ kind: 'webauthn', id: newId(), expiresAt: inAMinute() });

  async function add(
    account: Account,
    factor: KnownFactor,
    options: { codes?: string[]; challenge?: SingleUse; changedAt?: number; sid?: string } = {},
  ) {
    const { factors, revision } = await factorStores().factors.read(account.sub);
    return factorStores().changes.add({
      sub: account.sub,
      normalizedEmail: await addressOf(account),
      sid: options.sid ?? (await sidOf(account)),
      sessionEpoch: account.sessionEpoch,
      credentialsChangedAt: options.changedAt ?? (await changedAt(account)),
      revision,
      methods: methodsOf([...factors, factor]),
      nowMs: clock(),
      events: [event()],
      job: noticeJob({
        template: 'factor-added',
        to: account.normalizedEmail,
        owner: account.sub,
        from,
        nowMs: clock(),
      }),
      factor,
      enrolledBy: { challenge: options.challenge ?? challenge() },
      ...(options.codes && { recoveryCodes: options.codes }),
    });
  }

  async function remove(account: Account, id: string, revision?: number) {
    const set = await factorStores().factors.read(account.sub);
    return factorStores().changes.remove({
      sub: account.sub,
      normalizedEmail: await addressOf(account),
      sid: await sidOf(account),
      sessionEpoch: account.sessionEpoch,
      credentialsChangedAt: await changedAt(account),
      id,
      revision: revision ?? set.revision,
      methods: methodsOf(set.factors.filter((factor) => factor.id !== id)),
      nowMs: clock(),
      events: [event()],
      job: noticeJob({
        template: 'factor-removed',
        to: account.normalizedEmail,
        owner: account.sub,
        from,
        nowMs: clock(),
      }),
    });
  }

  async function start(account: Account, proven: Pick<UsedUp, 'factor'> & Partial<UsedUp>) {
    const used = { singleUses: [], notices: [], ...proven };
    const now = Math.floor(clock() / 1000);
    const authentication = passkeyAuthentication;
    const { session } = beginSession({ account, authentication, from, now, key: bench.world.macKey, settings });
    const credentialsChangedAt = await changedAt(account);
    const outcome = await factorStores().signIns.start({
      session,
      pair: testPair(session),
      credentialsChangedAt,
      used,
      events: [event()],
      nowMs: clock(),
    });
    return outcome === true;
  }

  /** The sessions of an account, but for the one that makes its changes. */
  const signedIn = async (account: Account) => {
    const own = await sidOf(account);
    return (await bench.world.sessions.list(account.sub)).filter(({ sid }) => sid !== own);
  };

  const atOnce = async (count: number, attempt: () => Promise<boolean>) => {
    const answers = await Promise.allSettled(Array.from({ length: count }, attempt));
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'unavailable' });
    }
    return answers.filter((answer) => answer.status === 'fulfilled' && answer.value).length;
  };

  return {
    clock,
    event,
    addAccount: bench.addAccount,
    startSession: bench.startSession,
    sidOf,
    signedIn,
    newSession: bench.newSession,
    add,
    remove,
    start,
    passkey,
    totp,
    challenge,
    changedAt,
    atOnce,
    get database() {
      return bench.database;
    },
    get world() {
      return bench.world;
    },
    get stores() {
      return factorStores();
    },
  };
}
