import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { passwordAuthentication } from '../../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../../lambdas/core/sessions/newSession.ts';
import { disableAccount, enableAccount } from '../../../lambdas/flows/accounts/changeAccountStatus.ts';
import { createAccount } from '../../../lambdas/flows/accounts/createAccount.ts';
import { createAccountAdministration } from '../../../lambdas/stores/accounts/accountAdministration.ts';
import { createAccounts } from '../../../lambdas/stores/accounts/accounts.ts';
import { createSessionStarts } from '../../../lambdas/stores/sessions/sessionStarts.ts';
import { createSessions } from '../../../lambdas/stores/sessions/sessions.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { databaseEndpoints } from '../../support/database/endpoints.ts';
import { testEvent } from '../../support/worlds/auditWorld.ts';
import { from, manualClock, passwordPolicy, settings, testMacKey, testPair } from '../../support/worlds/world.ts';

const operator = { type: 'operator', id: 'arn:aws:sts::000000000000:assumed-role/Admin/ada' } as const;

describe.each(databaseEndpoints())("an operator's changes to accounts on $name", ({ endpoint }) => {
  let database: TestDatabase;
  let stores: ReturnType<typeof open>;
  const clock = manualClock();

  function open({ client, tables }: TestDatabase) {
    const names = {
      accounts: tables.Accounts,
      sessions: tables.Sessions,
      devices: tables.Devices,
      revocations: tables.Revocations,
      auditOutbox: tables.AuditOutbox,
    };
    const lifetime = { accessTokenTtlSeconds: 900, clockLeewaySeconds: 10 };
    return {
      clock,
      hasher: { hash: async (password: string) => `hash of ${password}` },
      passwordPolicy,
      accounts: createAccounts({ client, table: names.accounts }),
      administration: createAccountAdministration({ client, tables: names, lifetime }),
      sessionList: createSessions({ client, tables: names }),
      sessionStarts: createSessionStarts({ client, tables: { ...names, mailOutbox: tables.MailOutbox } }),
    };
  }

  beforeAll(async () => {
    database = await createDatabase(endpoint);
    stores = open(database);
  });

  let people = 0;
  async function newAccount() {
    const email = `person-${++people}@example.com`;
    const request = { email, password: 'correct horse battery', roles: ['admin'], tenantId: 'acme', operator } as const;
    const result = await createAccount(stores, request);
    if (result.status !== 'created') throw new Error(result.status);
    clock.advance(1000);
    return result.account;
  }

  const startSession = async (sub: string) => {
    const account = await stores.accounts.find(sub);
    if (!account) throw new Error('no account');
    const now = Math.floor(clock() / 1000);
    const { session } = beginSession({
      account,
      authentication: passwordAuthentication,
      from,
      now,
      key: testMacKey(),
      settings,
    });
    return {
      session,
      started: await stores.sessionStarts.start({
        session,
        pair: testPair(session),
        credentialsChangedAt: account.credentialsChangedAt,
        event: testEvent(),
      }),
    };
  };

  const eventsAbout = async (sub: string) => {
    const events = (await database.items('AuditOutbox')).map((item) => JSON.parse(String(item['event'])));
    return events.filter((event) => event.target.id === sub).toSorted((a, b) => (a.at < b.at ? -1 : 1));
  };

  it('an account is made with an event of the operator', async () => {
    const account = await newAccount();
    expect(await stores.accounts.findByEmail(account.email)).toEqual(account);
    const events = await eventsAbout(account.sub);
    expect(events).toMatchObject([{ type: 'account.created', actor: operator, tenant_id: 'acme' }]);
    expect(JSON.stringify(events)).not.toContain(account.email);
  });

  it('of many attempts to make an account for one address one succeeds', async () => {
    const request = {
      email: 'wanted@example.com',
      password: 'correct horse battery',
      roles: [],
      tenantId: 'a',
      operator,
    };
    const results = await Promise.all(Array.from({ length: 8 }, () => createAccount(stores, request)));
    expect(results.map(({ status }) => status).toSorted()).toEqual([...Array(7).fill('address_taken'), 'created']);
  });

  it('a password against the policy makes no account', async () => {
    const request = { email: 'weak@example.com', password: 'short', roles: [], tenantId: 'a', operator };
    expect(await createAccount(stores, request)).toMatchObject({ status: 'weak_password' });
    expect(await stores.accounts.findByEmail('weak@example.com')).toBeUndefined();
  });

  it('disabling ends all that was issued until now', async () => {
    const account = await newAccount();
    const { session } = await startSession(account.sub);
    const changes = await Promise.all([1, 2, 3].map(() => disableAccount(stores, account, { operator })));
    expect(changes.filter(Boolean)).toHaveLength(1);
    const disabled = await stores.accounts.find(account.sub);
    const cut = Math.floor(clock() / 1000) + 2;
    expect(disabled).toMatchObject({ status: 'disabled', sessionEpoch: session.epoch + 1, tokenCut: cut });
    const entries = (await database.items('Revocations')).filter((entry) => entry['value'] === account.sub);
    expect(entries).toMatchObject([{ kind: 'sub', issued_at_or_before: cut }]);
    expect((await eventsAbout(account.sub)).map(({ type }) => type)).toEqual(['account.created', 'account.disabled']);
    expect((await startSession(account.sub)).started).toBe(false);
  });

  it('an enabled account has new sessions only', async () => {
    const account = await newAccount();
    const { session } = await startSession(account.sub);
    expect(await enableAccount(stores, account, operator)).toBe(false);
    await disableAccount(stores, account, { operator });
    expect(await enableAccount(stores, account, operator)).toBe(true);
    const enabled = await stores.accounts.find(account.sub);
    expect(enabled?.status).toBe('active');
    expect(enabled?.sessionEpoch).toBeGreaterThan(session.epoch);
    expect((await startSession(account.sub)).started).toBe(true);
  });

  it('a list goes on past an account that cannot be read, and names it', async () => {
    const [damaged, whole] = [await newAccount(), await newAccount()];
    const set = (created_at: number) =>
      database.client.send(
        new UpdateCommand({
          TableName: database.tables.Accounts,
          Key: { pk: `account#${damaged.sub}` },
          UpdateExpression: 'SET created_at = :at',
          ExpressionAttributeValues: { ':at': created_at },
        }),
      );
    await set(1.5);
    const [subs, unreadable]: [string[], string[]] = [[], []];
    for await (const { sub } of stores.administration.list((sub) => unreadable.push(sub))) subs.push(sub);
    expect([unreadable, subs.includes(whole.sub), subs.includes(damaged.sub)]).toEqual([[damaged.sub], true, false]);
    await set(damaged.createdAt);
  });

  it('a list holds exactly the accounts', async () => {
    const subs = [];
    for await (const { sub } of stores.administration.list(() => {})) subs.push(sub);
    const items = await database.items('Accounts');
    expect(subs.toSorted()).toEqual(items.flatMap((item) => (item['status'] ? [item['sub']] : [])).toSorted());
  });
});
