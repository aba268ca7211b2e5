import { randomUUID } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { lowerFirst } from '../../../lambdas/contract/casing.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { limitsOfSub } from '../../../lambdas/core/limits/limitSubjects.ts';
import { passwordAuthentication } from '../../../lambdas/core/sessions/authentication.ts';
import type { StartOutcome } from '../../../lambdas/core/sessions/devicePair.ts';
import { beginSession } from '../../../lambdas/core/sessions/newSession.ts';
import { enableAccount } from '../../../lambdas/flows/accounts/changeAccountStatus.ts';
import { type EraseAccountDeps, eraseAccount, resumeErasures } from '../../../lambdas/flows/accounts/eraseAccount.ts';
import { sweepMails } from '../../../lambdas/flows/mail/sweepMails.ts';
import { requestPasswordReset } from '../../../lambdas/flows/passwords/requestPasswordReset.ts';
import { type TableName, tables, tracedTables } from '../../../lambdas/manifest/tables.ts';
import { createAccountAdministration } from '../../../lambdas/stores/accounts/accountAdministration.ts';
import { createAccountErasure } from '../../../lambdas/stores/accounts/accountErasure.ts';
import { type AccountTracesByTable, createAccountTraces } from '../../../lambdas/stores/accounts/accountTraces.ts';
import { createUnfinishedErasures } from '../../../lambdas/stores/accounts/unfinishedErasures.ts';
import { transact } from '../../../lambdas/stores/dynamo/transaction.ts';
import { limitItemKey } from '../../../lambdas/stores/items/limitItems.ts';
import { mailJobPut } from '../../../lambdas/stores/items/mailOutboxItems.ts';
import { createMailOutbox } from '../../../lambdas/stores/mail/mailOutbox.ts';
import { createMailRetries } from '../../../lambdas/stores/mail/mailRetries.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { databaseEndpoints } from '../../support/database/endpoints.ts';
import { testEvent } from '../../support/worlds/auditWorld.ts';
import {
  createWorld,
  from,
  manualClock,
  settings,
  testAccount,
  testPair,
  type World,
} from '../../support/worlds/world.ts';

const lifetime = { accessTokenTtlSeconds: 900, clockLeewaySeconds: 5 };
const subject = (sub: string) => ({ actor: { type: 'subject', id: sub }, from }) as const;

describe.each(databaseEndpoints())('the erasure of an account on $name', ({ endpoint }) => {
  let database: TestDatabase;
  let world: World;
  let deps: EraseAccountDeps & { readonly traces: AccountTracesByTable };
  const clock = manualClock();

  beforeAll(async () => {
    database = await createDatabase(endpoint);
    world = createWorld(database, clock);
    const { client } = database;
    deps = {
      accounts: world.accounts,
      erasure: createAccountErasure({ client, tables: world.tables, lifetime }),
      traces: createAccountTraces({ client, tables: world.tables }),
      clock,
    };
  });

  const resume = () => {
    const erasures = createUnfinishedErasures({ client: database.client, table: database.tables.Grants });
    return resumeErasures({ ...deps, erasures });
  };

  /** An account with something in every table that holds anything of people. */
  async function person(): Promise<Account> {
    const email = `${randomUUID()}@example.com`;
    const account = testAccount({ email, normalizedEmail: email });
    const { client, tables: names } = database;
    const administration = createAccountAdministration({ client, tables: world.tables, lifetime });
    await administration.create({ account, event: testEvent() });
    for (let nth = 0; nth < 30; nth++) await startSession(account);
    for (let nth = 0; nth < 30; nth++) {
      await client.send(new PutCommand({ TableName: names.Factors, Item: { sub: account.sub, id: `f${nth}` } }));
    }
    const pk = `totp-enrolment#${account.sub}`;
    await client.send(new PutCommand({ TableName: names.Grants, Item: { pk, schema_version: 1 } }));
    const reset = { ...world, mailKeys: world.macKeys, credentialKeys: world.macKeys };
    await requestPasswordReset(reset, { email: account.email, deviceToken: undefined, from });
    const to = `new-${randomUUID()}@example.com`;
    const job = { jobId: randomUUID(), template: 'confirm-email', to, sub: account.sub, owner: account.sub } as const;
    const link = { nonce: 'n'.repeat(22), kid: 'k1', expiresAt: Math.floor(clock() / 1000) + 600 };
    await transact(client, [mailJobPut(names.MailOutbox, { job: { ...job, ...link }, nowMs: clock() })]);
    for (const decision of limitsOfSub(account)) {
      await client.send(new PutCommand({ TableName: names.Limits, Item: { ...limitItemKey(decision), attempts: 1 } }));
    }
    return account;
  }

  async function startSession(account: Account): Promise<StartOutcome> {
    const { session } = beginSession({
      account,
      authentication: passwordAuthentication,
      from,
      now: Math.floor(clock() / 1000),
      key: world.macKey,
      settings,
    });
    return world.sessions.start({
      session,
      pair: testPair(session),
      credentialsChangedAt: account.credentialsChangedAt,
      event: testEvent(),
    });
  }

  /** The next tries of what waits in the outbox, none of which is sent. */
  async function sweepWhileNoMailLeaves(): Promise<void> {
    const place = { client: database.client, table: database.tables.MailOutbox };
    const mail = () => ({ subject: '', text: '', html: '' });
    await sweepMails({
      issuer: 'https://auth.example.com',
      clock: () => clock() + 61_000,
      accounts: world.accounts,
      keys: world.macKeys,
      render: { link: { 'verify-email': mail, reset: mail, 'confirm-email': mail, 'undo-email': mail }, notice: mail },
      suppressions: { has: async () => false },
      mail: { send: () => Promise.reject(new Error('down')) },
      outbox: createMailOutbox(place),
      retries: createMailRetries(place),
      outOfTime: () => false,
      report: () => {},
    });
  }

  /** Where a text is found, beyond what has to stay: events and revocations by `sub`, and the last mail. */
  async function found(text: string, except: readonly TableName[]): Promise<string[]> {
    const names = (Object.keys(tables) as TableName[]).filter((name) => !except.includes(name));
    const everything = await Promise.all(
      names.map(async (name) => [name, JSON.stringify(await database.items(name))] as const),
    );
    return everything.filter(([, items]) => items.includes(text)).map(([name]) => name);
  }

  const eventsAbout = async (sub: string) =>
    (await database.items('AuditOutbox'))
      .map(({ event }) => JSON.parse(String(event)))
      .filter(({ type, target }) => target.id === sub && String(type).startsWith('account.'));

  async function expectErased({ sub, email }: Account): Promise<void> {
    expect(await found(sub, ['AuditOutbox', 'Revocations', 'MailOutbox'])).toEqual([]);
    await sweepWhileNoMailLeaves();
    expect(await found(sub, ['AuditOutbox', 'Revocations'])).toEqual([]);
    expect(await found(email, ['MailOutbox'])).toEqual([]);
    const jobs = (await database.items('MailOutbox')).filter(({ to }) => to === email);
    expect(jobs.map(({ template }) => template)).toEqual(['account-deleted']);
  }

  it('leaves neither sub nor address in any table', async () => {
    const account = await person();
    expect(await found(account.sub, [])).toEqual(expect.arrayContaining([...tracedTables]));
    expect((await found(account.sub, [])).sort()).toEqual([
      'Accounts',
      'AuditOutbox',
      'Devices',
      'Factors',
      'Grants',
      'Limits',
      'MailOutbox',
      'Sessions',
    ]);
    expect((await found(account.email, [])).sort()).toEqual(['Accounts', 'MailOutbox']);
    await eraseAccount(deps, account, subject(account.sub));
    await expectErased(account);
    const events = await eventsAbout(account.sub);
    expect(events.map(({ type }) => type).sort()).toEqual(['account.deleted', 'account.deletion_requested']);
    expect(events.every(({ actor }) => actor.type === 'subject' && actor.id === account.sub)).toBe(true);
    const cuts = (await database.items('Revocations')).filter(({ value }) => value === account.sub);
    expect(cuts.length).toBeGreaterThan(0);
    const { client } = database;
    const administration = createAccountAdministration({ client, tables: world.tables, lifetime });
    const next = testAccount({ email: account.email, normalizedEmail: account.normalizedEmail });
    expect(await administration.create({ account: next, event: testEvent() })).toBe(true);
  });

  it.each([...tracedTables.map(lowerFirst), 'finish'] as const)(
    'that dies at %s keeps everybody out until the sweep finishes it',
    async (step) => {
      const account = await person();
      const dies = () => Promise.reject(new Error('killed'));
      const dying: EraseAccountDeps =
        step === 'finish'
          ? { ...deps, erasure: { ...deps.erasure, finish: dies } }
          : { ...deps, traces: { ...deps.traces, [step]: { remove: dies } } };
      await expect(eraseAccount(dying, account, subject(account.sub))).rejects.toThrow('killed');
      const left = await world.accounts.find(account.sub);
      expect(left).toMatchObject({ status: 'deleting', sessionEpoch: account.sessionEpoch + 1 });
      expect(await startSession({ ...account, sessionEpoch: account.sessionEpoch + 1 })).toBe(false);
      const { client } = database;
      const administration = createAccountAdministration({ client, tables: world.tables, lifetime });
      const operator = { type: 'operator', id: 'arn:aws:iam::000000000000:user/ada' } as const;
      expect(await enableAccount({ administration, clock }, account, operator)).toBe(false);
      expect(await resume()).toBe(1);
      await expectErased(account);
      const events = await eventsAbout(account.sub);
      expect(events.map(({ type }) => type).sort()).toEqual(['account.deleted', 'account.deletion_requested']);
      expect(events.every(({ actor }) => actor.id === account.sub)).toBe(true);
      expect(await resume()).toBe(0);
    },
  );

  it('that fails in the sweep holds up none behind it', async () => {
    const [stuck, ...others] = [await person(), await person(), await person()];
    const dies = () => Promise.reject(new Error('killed'));
    const dying = { ...deps, traces: { ...deps.traces, sessions: { remove: dies } } };
    for (const account of [stuck, ...others]) {
      await expect(eraseAccount(dying, account, subject(account.sub))).rejects.toThrow('killed');
    }
    const { sessions } = deps.traces;
    const remove = (account: Account) => (account.sub === stuck.sub ? dies() : sessions.remove(account));
    const erasures = async function* () {
      for (const { sub } of [stuck, ...others]) yield { sub, actor: subject(sub).actor };
    };
    const swept = resumeErasures({
      ...deps,
      traces: { ...deps.traces, sessions: { remove } },
      erasures: { list: erasures },
    });
    await expect(swept).rejects.toMatchObject({ code: 'unavailable' });
    for (const account of others) await expectErased(account);
    expect(await world.accounts.find(stuck.sub)).toMatchObject({ status: 'deleting' });
    expect(await resume()).toBe(1);
    await expectErased(stuck);
  });

  it('L24 does not begin once the session that asks for it has ended', async () => {
    const account = await person();
    const [session] = await world.sessions.list(account.sub);
    const { sid } = session ?? expect.fail('no session');
    await world.revocation.revoke({ sub: account.sub, sid, nowMs: clock(), event: testEvent() });
    const erased = eraseAccount(deps, account, { ...subject(account.sub), sid });
    await expect(erased).rejects.toMatchObject({ code: 'invalid_token', status: 401 });
    expect(await world.accounts.find(account.sub)).toEqual(account);
  });

  it('leaves its notice, also when another run comes late', async () => {
    const account = await person();
    await eraseAccount(deps, account, subject(account.sub));
    for (const traces of Object.values(deps.traces)) await traces.remove(account);
    await expectErased(account);
  });

  it('by ten at once happens once', async () => {
    const [account, other] = [await person(), await person()];
    await Promise.all(Array.from({ length: 10 }, () => eraseAccount(deps, account, subject(account.sub))));
    await expectErased(account);
    expect((await eventsAbout(account.sub)).length).toBe(2);
    expect(await world.sessions.list(other.sub)).toHaveLength(30);
    expect(await world.accounts.findByEmail(other.email)).toEqual(other);
  });
});
