import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { oneMachineLimits } from '../../../lambdas/contract/limits.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { firstMacKeyRing, type MacKey, prepareMacKeys } from '../../../lambdas/core/keys/macKeyRing.ts';
import { firstSigningKeyRing } from '../../../lambdas/core/keys/signingKeyRing.ts';
import { decoyJob } from '../../../lambdas/core/mail/mailJob.ts';
import { deriveMailToken, hashMailToken, pendingId } from '../../../lambdas/core/mail/mailToken.ts';
import { createRegistrations } from '../../../lambdas/stores/accounts/registrations.ts';
import { newAccountPuts } from '../../../lambdas/stores/items/accountWrites.ts';
import { commonPasswords } from '../../../lib/bundle/commonPasswords.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { localCloud } from '../../support/database/endpoints.ts';
import type { KillPlan } from '../../support/kill/child.ts';
import { buildChildren, type Child, type ChildResult, type Children, killPoints } from '../../support/kill/run.ts';
import { noteSecret } from '../../support/secretSearch/secrets.ts';
import { httpEvent } from '../../support/worlds/httpEvent.ts';
import { testAccount, testHasher, testMacKeys } from '../../support/worlds/world.ts';

/**
 * A handler is killed before and after each of its SDK calls, and between its answer and the client. After each death
 * the state and its audit event are both there or both not, and the client's retry succeeds.
 */
const cloud = localCloud();

describe.skipIf(!cloud)('a handler that is killed', { timeout: 600_000 }, () => {
  const endpoint = cloud?.endpoint ?? '';
  const password = 'correct horse battery staple';
  let database: TestDatabase;
  let environment: Record<string, string>;
  let mailKey: MacKey;
  let passwordHash: string;
  let children: Children;
  /** Of another, whom nobody kills: what comes before a death, and the retry after it, need no cold start each. */
  let other: Child;

  beforeAll(async () => {
    children = await buildChildren();
    database = await createDatabase(endpoint);
    noteSecret(password);
    const secrets = new SecretsManagerClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const store = async (value: unknown) => {
      const created = await secrets.send(
        new CreateSecretCommand({ Name: `kill-${randomUUID()}`, SecretString: JSON.stringify(value) }),
      );
      return String(created.ARN);
    };
    const now = Math.floor(Date.now() / 1000);
    const mailRing = firstMacKeyRing(now);
    const key = prepareMacKeys(mailRing).get(mailRing.current);
    if (!key) throw new Error('no mail key');
    mailKey = key;
    const credentialRing = firstMacKeyRing(now);
    const pepper = prepareMacKeys(credentialRing).get(credentialRing.current);
    passwordHash = await testHasher({ pepper: { keys: testMacKeys(pepper), applies: true } }).hash(password);
    const { tables } = database;
    environment = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      GATEHOUSE_DEPLOYMENT: 'gatehouse-test',
      GATEHOUSE_STAGE: 'test',
      GATEHOUSE_VERSION: '0',
      POWERTOOLS_SERVICE_NAME: 'test',
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
      ISSUER: 'https://auth.example',
      ALLOWED_ORIGINS: '',
      AUDIENCE: 'https://auth.example/api',
      ACCESS_TOKEN_TTL_SECONDS: '900',
      REFRESH_IDLE_TTL_SECONDS: '604800',
      REFRESH_ABSOLUTE_TTL_SECONDS: '2592000',
      REFRESH_RETRY_WINDOW_SECONDS: '10',
      CLOCK_LEEWAY_SECONDS: '5',
      KEY_CACHE_SECONDS: '300',
      DEFAULT_TENANT: 'default',
      ACCOUNTS_TABLE: tables.Accounts,
      SESSIONS_TABLE: tables.Sessions,
      DEVICES_TABLE: tables.Devices,
      REVOCATIONS_TABLE: tables.Revocations,
      AUDIT_OUTBOX_TABLE: tables.AuditOutbox,
      MAIL_OUTBOX_TABLE: tables.MailOutbox,
      SIGNING_KEYS_SECRET: await store(await firstSigningKeyRing('RS256', now)),
      REFRESH_KEYS_SECRET: await store(firstMacKeyRing(now)),
      MAIL_KEYS_SECRET: await store(mailRing),
      CREDENTIAL_KEYS_SECRET: await store(credentialRing),
      PASSWORD_PEPPER: 'true',
      PASSWORD_MINIMUM_LENGTH: '15',
      COMMON_PASSWORDS_FILE: commonPasswords(resolve(import.meta.dirname, '../../..')),
      LIMITS_TABLE: tables.Limits,
      LIMITS: JSON.stringify(oneMachineLimits),
    };
    other = children.start(environment);
  });

  afterAll(async () => {
    await other?.stop();
    children.remove();
  });

  const post = (path: string, body: unknown) =>
    httpEvent({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  const cold = (handler: string, event: unknown, at: KillPlan['at'] = 'never') =>
    children.run({ handler, event, at }, environment);
  const warm = (handler: string, event: unknown) => other.run({ handler, event, at: 'never' });

  function answer(result: ChildResult) {
    if (result.killed) throw new Error('the child was killed');
    return { status: result.response.statusCode, body: JSON.parse(result.response.body), calls: result.calls };
  }

  async function addAccount(): Promise<Account> {
    const account = testAccount({ passwordHash });
    await database.client.send(
      new TransactWriteCommand({ TransactItems: newAccountPuts(database.tables.Accounts, account) }),
    );
    return account;
  }

  const events = async () => (await database.items('AuditOutbox')).map((item) => JSON.parse(String(item['event'])));

  const login = (account: Account) => post('/auth/login', { email: account.email, password });

  /** Walks through every point, and prints which there were. */
  async function atEachPoint(
    name: string,
    calls: readonly string[],
    check: (at: ReturnType<typeof killPoints>[number]) => Promise<void>,
  ) {
    const points = killPoints(calls);
    console.log(`${name}: ${points.length} kill points\n${points.map((point) => `  ${point.name}`).join('\n')}`);
    for (const point of points) await check(point);
  }

  it('in login leaves both or neither of session and event', async () => {
    const { calls } = answer(await cold('signIn', login(await addAccount())));
    expect(calls.length).toBeGreaterThan(3);
    await atEachPoint('login', calls, async ({ name, at }) => {
      const account = await addAccount();
      expect(await cold('signIn', login(account), at), name).toEqual({ killed: true });
      const sessions = (await database.items('Sessions')).filter(({ sub }) => sub === account.sub);
      const recorded = (await events()).filter(
        ({ type, actor }) => type === 'sign_in.succeeded' && actor.id === account.sub,
      );
      expect(
        recorded.map(({ target }) => target.id),
        name,
      ).toEqual(sessions.map(({ sid }) => sid));
      expect(answer(await warm('signIn', login(account))).status, name).toBe(200);
    });
  });

  it('in refresh leaves both or neither of generation and event', async () => {
    const signIn = async (account: Account) =>
      answer(await warm('signIn', login(account))).body.refresh_token as string;
    const refresh = (token: string) => post('/auth/refresh', { refresh_token: token });
    const { calls } = answer(await cold('refresh', refresh(await signIn(await addAccount()))));
    expect(calls.length).toBeGreaterThan(3);
    await atEachPoint('refresh', calls, async ({ name, at }) => {
      const account = await addAccount();
      const token = await signIn(account);
      expect(await cold('refresh', refresh(token), at), name).toEqual({ killed: true });
      const [session] = (await database.items('Sessions')).filter(({ sub }) => sub === account.sub);
      const recorded = (await events()).filter(
        ({ type, actor }) => type === 'session.refreshed' && actor.id === account.sub,
      );
      expect(recorded.length, name).toBe(session?.['generation']);
      const retried = answer(await warm('refresh', refresh(token)));
      expect(retried.status, name).toBe(200);
      expect(retried.body.refresh_token.split('.')[3], name).toBe('1');
    });
  });

  it('in verify-email leaves all or none of account, session and events', async () => {
    const registrations = createRegistrations({
      client: database.client,
      tables: {
        accounts: database.tables.Accounts,
        sessions: database.tables.Sessions,
        devices: database.tables.Devices,
        auditOutbox: database.tables.AuditOutbox,
        mailOutbox: database.tables.MailOutbox,
      },
    });
    const mailedToken = async (email: string) => {
      const expiresAt = Math.floor(Date.now() / 1000) + 600;
      const nonce = randomUUID().replaceAll('-', '');
      const token = deriveMailToken('verify-email', { email, nonce, expiresAt }, mailKey);
      noteSecret(token);
      const job = {
        jobId: randomUUID(),
        to: email,
        expiresAt,
        template: 'verify-email',
        nonce,
        kid: mailKey.kid,
      } as const;
      await registrations.request({
        pendingId: pendingId(email, mailKey),
        link: { tokenHash: hashMailToken(token), expiresAt, job },
        again: undefined,
        job: decoyJob(Date.now()),
        nowMs: Date.now(),
      });
      return token;
    };
    const verify = (token: string) => post('/auth/verify-email', { token, password });
    const { calls } = answer(await cold('registration', verify(await mailedToken(`${randomUUID()}@example.com`))));
    expect(calls.length).toBeGreaterThan(4);
    await atEachPoint('verify-email', calls, async ({ name, at }) => {
      const email = `${randomUUID()}@example.com`;
      const token = await mailedToken(email);
      const before = new Set((await events()).map(({ event_id }) => event_id));
      expect(await cold('registration', verify(token), at), name).toEqual({ killed: true });
      const accounts = (await database.items('Accounts')).filter((item) => item['normalized_email'] === email);
      const subs = accounts.map(({ sub }) => sub);
      const sessions = (await database.items('Sessions')).filter(({ sub }) => subs.includes(sub));
      const recorded = (await events()).filter(({ event_id }) => !before.has(event_id));
      expect(accounts.length, name).toBeLessThanOrEqual(1);
      expect(sessions.length, name).toBe(accounts.length);
      expect(recorded.map(({ type, actor }) => [type, actor.id]).sort(), name).toEqual(
        subs.flatMap((sub) => [
          ['account.created', sub],
          ['sign_in.succeeded', sub],
        ]),
      );
      const retried = answer(await warm('registration', verify(token)));
      if (accounts.length === 0) expect(retried.status, name).toBe(200);
      else expect(retried, name).toMatchObject({ status: 400, body: { code: 'invalid_token' } });
      const signedIn = answer(await warm('signIn', post('/auth/login', { email, password })));
      expect(signedIn.status, name).toBe(200);
    });
  });
});
