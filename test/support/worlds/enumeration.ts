import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { ordinaryLimits } from '../../../lambdas/contract/limits.ts';
import { systemClock } from '../../../lambdas/core/common/clock.ts';
import { login } from '../../../lambdas/endpoints/signIn.ts';
import { createRehash } from '../../../lambdas/flows/signIn/rehashPassword.ts';
import type { SignInDeps } from '../../../lambdas/flows/signIn/signIn.ts';
import { httpHandler } from '../../../lambdas/http/httpHandler.ts';
import { createAuditOutbox } from '../../../lambdas/stores/audit/auditOutbox.ts';
import { tableNames } from '../../../lambdas/stores/dynamo/tableNames.ts';
import { newAccountPuts } from '../../../lambdas/stores/items/accountWrites.ts';
import { createLimitCounter } from '../../../lambdas/stores/limits/limitCounter.ts';
import { createLimitRefunds } from '../../../lambdas/stores/limits/limitRefunds.ts';
import { createPasswordHashes } from '../../../lambdas/stores/passwords/passwordHashes.ts';
import { createAccountsOnDevices } from '../../../lambdas/stores/sessions/accountsOnDevices.ts';
import { createEmailHints } from '../../../lambdas/stores/sessions/emailHints.ts';
import { createSessionStarts } from '../../../lambdas/stores/sessions/sessionStarts.ts';
import { createFakeDynamo } from '../fakes/fakeDynamo.ts';
import { httpEvent } from './httpEvent.ts';
import { settings, testAccount, testHasher, testMacKeys, testSigningKey } from './world.ts';

/** A sign-in that is refused, and has to be refused like every other. */
export interface Refusable {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** What somebody outside could tell one refusal from another by. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Without the request's id. */
  readonly body: string;
  /** Argon2 computations. */
  readonly hashes: number;
  /** The calls of tables, in order. */
  readonly calls: readonly string[];
  readonly milliseconds: number;
}

export interface SignInUnderTest {
  readonly cases: readonly Refusable[];
  attempt(one: Refusable): Promise<Refusal>;
}

type Build = (deps: SignInDeps) => SignInDeps;

/**
 * The sign-in as its Lambda wires it, on tables in memory, so that what is measured is its own work.
 *
 * @param hashes counts Argon2 computations
 * @param build changes the sign-in, so that a test can show that the change is noticed
 */
export async function signInUnderTest(
  hashes: { count: number },
  build: Build = (deps) => deps,
): Promise<SignInUnderTest> {
  const { client, calls, put } = createFakeDynamo();
  const tables = tableNames((name) => name);
  const keys = testMacKeys();
  const signingKey = testSigningKey();
  const hasher = testHasher({ pepper: { keys, applies: true } });
  const right = `the right one ${randomUUID()}`;
  const passwordHash = await hasher.hash(right);
  const accountOf = (change: Parameters<typeof testAccount>[0]) => {
    const account = testAccount({ passwordHash, ...change });
    for (const { Put } of newAccountPuts('Accounts', account)) put('Accounts', Put?.Item ?? {});
    return account.email;
  };
  const deps: SignInDeps = {
    accountsOnDevices: createAccountsOnDevices({ client, tables }),
    sessions: createSessionStarts({ client, tables }),
    audit: createAuditOutbox({ client, table: tables.auditOutbox }),
    hasher,
    rehash: createRehash({
      hasher,
      passwordHashes: createPasswordHashes({ client, tables }),
      clock: systemClock,
      failed: (error) => Promise.reject(error),
    }),
    endPreviousSessions: async () => [],
    limitSessions: async () => async () => {},
    emailHints: createEmailHints({ client, table: 'Accounts' }),
    limits: createLimitCounter({ client, table: 'Limits', limits: ordinaryLimits, clock: systemClock }),
    limitRefunds: createLimitRefunds({ client, table: 'Limits' }),
    signingKeys: { current: async () => signingKey },
    refreshKeys: testMacKeys(),
    credentialKeys: keys,
    settings,
    clock: systemClock,
  };
  const handler = httpHandler({ issuer: settings.issuer, allowedOrigins: [] }, { login: login(build(deps)) });
  return {
    cases: [
      { name: 'wrong password', email: accountOf({}), password: 'the wrong one' },
      { name: 'unknown address', email: 'nobody@example.com', password: right },
      { name: 'disabled', email: accountOf({ status: 'disabled' }), password: right },
      { name: 'unverified', email: accountOf({ emailVerified: false }), password: right },
      { name: 'without a password', email: accountOf({ passwordHash: undefined }), password: right },
    ],
    async attempt({ email, password }) {
      const event = httpEvent({
        method: 'POST',
        path: '/auth/login',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      });
      const before = { hashes: hashes.count, calls: calls.length };
      const begun = performance.now();
      const response = await handler(event, { awsRequestId: '1' } as Context);
      const milliseconds = performance.now() - begun;
      return {
        status: response.statusCode,
        headers: { ...response.headers },
        body: response.body.replace(/"request_id":"[^"]*"/, ''),
        hashes: hashes.count - before.hashes,
        calls: calls.slice(before.calls).map(({ operation, table }) => `${operation} ${table}`),
        milliseconds,
      };
    },
  };
}

/** What tells the cases apart, in one sentence each; empty when nothing does. */
export async function findDifferences({ cases, attempt }: SignInUnderTest): Promise<string[]> {
  const refusals: { name: string; refusal: Refusal }[] = [];
  for (const one of cases) refusals.push({ name: one.name, refusal: await attempt(one) });
  const [first, ...others] = refusals;
  if (!first) throw new Error('there are no cases');
  const parts = ['status', 'headers', 'body', 'hashes', 'calls'] as const;
  return others.flatMap(({ name, refusal }) =>
    parts.flatMap((part) => {
      const [found, expected] = [JSON.stringify(refusal[part]), JSON.stringify(first.refusal[part])];
      return found === expected ? [] : [`${name}: ${part} ${found}, not ${expected}`];
    }),
  );
}

/** Builds with a fault that an attacker could tell accounts by. */
export const faultyBuilds: Readonly<Record<string, { readonly build: Build; readonly tells: RegExp }>> = {
  'that leaves the dummy hash out': {
    build: (deps) => ({
      ...deps,
      hasher: {
        verify: async (hash, password) => hash !== undefined && deps.hasher.verify(hash, password),
      },
    }),
    tells: /^unknown address: hashes 0, not 1$/,
  },
  'that records no stranger': {
    build: (deps) => ({
      ...deps,
      audit: {
        record: async (event) => {
          if (event.target.type !== 'address') await deps.audit.record(event);
        },
      },
    }),
    tells: /^unknown address: calls /,
  },
  'that looks only for accounts with a password': {
    build: (deps) => ({
      ...deps,
      accountsOnDevices: {
        ...deps.accountsOnDevices,
        async find(sub, device) {
          const found = await deps.accountsOnDevices.find(sub, device);
          const isAnother = found.account !== undefined && found.account.passwordHash === undefined;
          return isAnother ? deps.accountsOnDevices.find(undefined, device) : found;
        },
      },
    }),
    tells: /^without a password: calls /,
  },
};
