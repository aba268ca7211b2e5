import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { createExpectedTenants } from '../../../lambdas/core/accounts/expectedTenants.ts';
import { accountEvent } from '../../../lambdas/core/audit/auditEvent.ts';
import { passwordAuthentication } from '../../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../../lambdas/core/sessions/newSession.ts';
import { encodeRefreshToken, parseRefreshToken } from '../../../lambdas/core/sessions/refreshToken.ts';
import { type Delivery, firstPartyClientId } from '../../../lambdas/core/sessions/session.ts';
import { type RefreshDeps, refreshSession } from '../../../lambdas/flows/sessions/refreshSession.ts';
import { onUnknownForms } from '../../../lambdas/stores/dynamo/unknownForms.ts';
import { newAccountPuts } from '../../../lambdas/stores/items/accountWrites.ts';
import { createDatabase, type TestDatabase } from '../database/dynamodb.ts';
import { databaseEndpoints } from '../database/endpoints.ts';
import { createWorld, from, manualClock, settings, testAccount, testPair, type World } from './world.ts';

/** The stores of one database, with what the tests of every room begin with. */
export type StoreBench = ReturnType<typeof storeBench>;

/** Promises of the stores, kept against every DynamoDB at hand: an emulator forgives what DynamoDB refuses. */
export function storeContract(subject: string, promises: (bench: StoreBench) => void): void {
  describe.each(databaseEndpoints())(`${subject} on $name`, ({ endpoint }) => {
    const bench = storeBench();
    const unknown: string[] = [];
    let stop = () => {};
    beforeAll(() => {
      stop = onUnknownForms((forms) => unknown.push(...forms));
      return bench.open(endpoint);
    });
    afterAll(() => {
      stop();
      expect(unknown, 'A18 what the stores write, they know').toEqual([]);
    });
    promises(bench);
  });
}

function storeBench() {
  const clock = manualClock();
  let opened: { readonly database: TestDatabase; readonly world: World } | undefined;
  const ready = () => opened ?? expect.fail('there are tables from the first test on');

  const event = () =>
    accountEvent(
      { sub: 'sub', tenantId: 'acme' },
      { type: 'sign_in.succeeded', nowMs: clock(), from, targetId: 'sid' },
    );

  async function addAccount(change: Partial<Account> = {}): Promise<Account> {
    const { database, world } = ready();
    const account = testAccount(change);
    const items = newAccountPuts(database.tables.Accounts, account);
    await world.client.send(new TransactWriteCommand({ TransactItems: items }));
    return account;
  }

  function newSession(account: Account, delivery: Delivery = 'body') {
    const now = Math.floor(clock() / 1000);
    const { macKey } = ready().world;
    return beginSession({
      account,
      authentication: passwordAuthentication,
      delivery,
      from,
      now,
      key: macKey,
      settings,
    });
  }

  async function startSession(account: Account, delivery: Delivery = 'body') {
    const begun = newSession(account, delivery);
    const { credentialsChangedAt } = account;
    const started = ready().world.sessions.start({
      session: begun.session,
      pair: testPair(begun.session),
      credentialsChangedAt,
      event: event(),
    });
    expect(await started).toBe(true);
    return begun;
  }

  function refresh(
    refreshToken: string,
    calls: { reuse: number } = { reuse: 0 },
    arrivedAtMs = clock(),
    other: Partial<Pick<RefreshDeps, 'rotation' | 'tenants'>> & { readonly delivery?: Delivery } = {},
  ) {
    const { world } = ready();
    const { rotation = world.rotation, tenants = createExpectedTenants('acme'), delivery = 'body' } = other;
    return refreshSession(
      {
        ...world,
        rotation,
        tenants,
        refreshKeys: world.macKeys,
        onReuse: () => {
          calls.reuse++;
        },
        retryWindowSeconds: 10,
      },
      { refreshToken, delivery, from, arrivedAtMs },
    );
  }

  /** The token of a session that has been rotated so often. */
  function tokenOf(refreshToken: string, generation: number): string {
    const token = parseRefreshToken(refreshToken) ?? expect.fail('it is no refresh token');
    return encodeRefreshToken({ ...token, generation }, firstPartyClientId, ready().world.macKey);
  }

  const eventsOf = async (id: string) =>
    (await ready().database.items('AuditOutbox'))
      .map((item) => JSON.parse(String(item['event'])))
      .filter((found) => found.target.id === id);

  return {
    clock,
    event,
    addAccount,
    newSession,
    startSession,
    refresh,
    tokenOf,
    eventsOf,
    get database() {
      return ready().database;
    },
    get world() {
      return ready().world;
    },
    async open(endpoint: string) {
      const database = await createDatabase(endpoint);
      opened = { database, world: createWorld(database, clock) };
    },
  };
}
