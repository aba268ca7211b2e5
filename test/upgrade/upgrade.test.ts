import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readMails, waitForMail } from '../support/people/mails.ts';
import { logs } from '../support/secretSearch/corpus.ts';
import { awsClients } from '../support/stack/awsClients.ts';
import { stack } from '../support/stack/stack.ts';
import { keysInOutbox, withAuditStreamHeld } from '../support/upgrade/auditStream.ts';
import { dataOfBefore } from '../support/upgrade/before.ts';
import {
  call,
  cookiesOf,
  type Member,
  me,
  newMember,
  post,
  refresh,
  signIn,
  tokensOf,
} from '../support/upgrade/client.ts';
import { endInEveryWay } from '../support/upgrade/endings.ts';
import { deployAndFail } from '../support/upgrade/failingDeployment.ts';
import { auditWriterOfBefore, authorizerOfBefore } from '../support/upgrade/handlersOfBefore.ts';
import { deployWorkingTree, operate } from '../support/upgrade/releases.ts';
import { startTraffic, type Traffic } from '../support/upgrade/traffic.ts';

let before: Awaited<ReturnType<typeof dataOfBefore>>;
let authorizer: Awaited<ReturnType<typeof authorizerOfBefore>>;
let auditWriter: Awaited<ReturnType<typeof auditWriterOfBefore>>;
let traffic: Traffic;
/** The state of the API stack after a deployment that failed. */
let failed: string | undefined;

beforeAll(async () => {
  [authorizer, auditWriter] = await Promise.all([authorizerOfBefore(), auditWriterOfBefore()]);
  before = await dataOfBefore();
  const clients = await startTraffic();
  failed = await deployWorkingTree(async () => {
    const state = await deployAndFail();
    await clients.browse();
    return state;
  });
  traffic = await clients.stop();
});

const login = (path: string, json: object) => post(`/auth/login${path}`, json);

describe('F34 while the working tree is deployed over the release before', () => {
  it('nothing is refused that should pass, and nothing passes that should be refused', () => {
    console.log(`answered as they should be: ${JSON.stringify(traffic.passed)}`);
    expect(traffic.wrong).toEqual([]);
  });

  it('F36 a first attempt that fails half way is rolled back, and does not stand in the way of the second', () => {
    expect(failed).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('every kind of request came', () => {
    const kinds = ['refresh', 'me', 'sign-in', 'sign-out', 'sign-out everywhere', 'verify'];
    expect(kinds.filter((kind) => (traffic.passed[kind] ?? 0) < 5)).toEqual([]);
    // Browsers come for the second deployment alone.
    expect(traffic.passed['refresh of a browser']).toBeGreaterThan(4);
    expect(traffic.passed['a token of an ended session']).toBeGreaterThan(5);
  });
});

describe('F34 of the release before, after the upgrade,', () => {
  it('a session that was never refreshed goes on', async () => {
    expect((await me(before.kept.fresh.access_token)).status).toBe(200);
    expect((await me(tokensOf(await refresh(before.kept.fresh.refresh_token)).access_token)).status).toBe(200);
  });

  it('a session that was refreshed goes on', async () => {
    expect((await me(before.kept.rotated.access_token)).status).toBe(200);
    expect((await me(tokensOf(await refresh(before.kept.rotated.refresh_token)).access_token)).status).toBe(200);
  });

  it('a device is still known, by its old token and by the one that it gets for that', async () => {
    const { member, device } = before.kept;
    const { device_token } = tokensOf(await signIn(member, device));
    expect(device_token).not.toBe(device);
    tokensOf(await signIn(member, device_token));
    // The first mail was that of the registration.
    tokensOf(await signIn(member));
    expect((await waitForMail(member.email, 2)).subject).toMatch(/^New sign-in/);
    expect(await readMails(member.email)).toHaveLength(2);
  });

  it('a browser’s session cookie is still good', async () => {
    expect((await call('/auth/me', { headers: before.browser.headers })).status).toBe(200);
  });

  it('a browser’s refresh cookie is still good, and replaced', async () => {
    const headers = before.browser.headers;
    const { csrf_token } = z
      .looseObject({ csrf_token: z.string() })
      .parse((await call('/auth/csrf', { headers })).json());
    const answer = await post('/auth/refresh', undefined, { headers: { ...headers, 'x-csrf-token': csrf_token } });
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    const cookie = cookiesOf(answer);
    expect(cookie).toMatch(/^__Host-gatehouse_session_\d{10}\S+; __Host-gatehouse_refresh_\d{10}\S+$/);
    const cleared = (answer.headers['set-cookie'] ?? []).filter((line) => /^[^=]+=;.*Max-Age=0/.test(line));
    expect(cleared.map((line) => line.split('=')[0])).toEqual([
      '__Host-gatehouse_session',
      '__Secure-gatehouse_refresh',
    ]);
    expect((await call('/auth/me', { headers: { ...headers, cookie } })).status).toBe(200);
  });

  it.each(['totp', 'recovery_code'] as const)('a second factor still signs in (%s)', async (method) => {
    const { member, app, recoveryCodes } = before.app;
    const asked = await signIn(member);
    const { mfa_token } = z.looseObject({ mfa_token: z.string() }).parse(asked.json());
    const code = method === 'totp' ? await app.code() : recoveryCodes[0];
    expect((await login('/mfa', { mfa_token, method, code })).status).toBe(200);
  });

  it('a passkey still signs in', async () => {
    const { authenticator } = before.passkey;
    const options = (await post('/auth/login/passkey/options')).json();
    expect((await login('/passkey', { credential: authenticator.get(options) })).status).toBe(200);
  });

  it('the link of a registration still makes an account', async () => {
    const { person, token } = before.registration;
    expect((await post('/auth/verify-email', { token, password: person.password })).status).toBe(200);
  });

  it('the link of a reset still sets a password', async () => {
    const { member, token } = before.reset;
    const password = `${member.password} anew`;
    expect((await post('/auth/password/reset', { token, new_password: password })).status).toBe(204);
    expect((await signIn({ ...member, password })).status).toBe(200);
  });

  it('the link of a change of address still changes it, if it names the session that asked', async () => {
    const { member, address, token, namesSession } = before.change;
    const options = { token: member.tokens.access_token };
    expect((await post('/auth/email/confirm', { token }, options)).status).toBe(namesSession ? 204 : 400);
    expect((await signIn(namesSession ? { ...member, email: address } : member)).status).toBe(200);
  });

  it('a password still signs in', async () => {
    expect((await signIn(before.kept.member)).status).toBe(200);
  });

  it('an erasure that was interrupted is found by the sweep, and finished', async () => {
    const { documents, lambda } = awsClients();
    await lambda.send(new InvokeCommand({ FunctionName: stack().functions['eraser'] }));
    const { sub, member } = before.erasing;
    const account = { TableName: stack().tables['Accounts'], Key: { pk: `account#${sub}` }, ConsistentRead: true };
    expect((await documents.send(new GetCommand(account))).Item).toBeUndefined();
    expect((await signIn(member)).status).toBe(401);
  });

  it('what had ended stays ended', async () => {
    for (const [how, { tokens }] of Object.entries(before.ended)) {
      expect((await me(tokens.access_token)).status, `access token, ${how}`).toBe(401);
      expect((await refresh(tokens.refresh_token)).status, `refresh token, ${how}`).toBe(400);
    }
    const disabled = before.ended['disabled'];
    expect(disabled && (await signIn(disabled)).status).toBe(401);
  });
});

describe('F34 the authorizer of the release before, on what the working tree writes,', () => {
  let living: readonly Member[];
  let ended: Awaited<ReturnType<typeof endInEveryWay>>;
  let decided: readonly string[];

  beforeAll(async () => {
    ended = await endInEveryWay();
    living = [await newMember(), await newMember()];
    decided = await authorizer([
      ...living.map(({ tokens }) => tokens.access_token),
      ...ended.map(([, token]) => token),
    ]);
  });

  it('lets in whoever has a session', () => {
    expect(decided.slice(0, living.length)).toEqual(living.map(() => 'Allow'));
  });

  it('refuses what ended, however it ended', () => {
    const results = decided.slice(living.length);
    expect(ended.map(([way], index) => [way, results[index]])).toEqual(ended.map(([way]) => [way, 'Deny']));
  });

  it('agrees with the working tree’s', async () => {
    await sleep(stack().revocation_bound_seconds * 1000);
    for (const [way, token] of ended) expect((await me(token)).status, way).toBe(401);
    for (const { tokens } of living) expect((await me(tokens.access_token)).status).toBe(200);
  });
});

it('F34 the audit writer of the release before ships what the working tree records', async () => {
  await withAuditStreamHeld(async () => {
    await endInEveryWay();
    const keys = await keysInOutbox();
    expect(keys.length).toBeGreaterThan(20);
    expect(await auditWriter(keys)).toEqual({ result: { batchItemFailures: [] } });
    const left = new Set(await keysInOutbox());
    expect(keys.filter((key) => left.has(key))).toEqual([]);
  });
});

describe('F34 after the upgrade', () => {
  it('the audit log of both releases verifies', async () => {
    const report = z
      .looseObject({ ok: z.boolean() })
      .parse(JSON.parse(await operate('working tree', ['audit', 'verify'])));
    expect(report.ok).toBe(true);
  });

  it('no event was poison', async () => {
    const tail = await operate('working tree', ['audit', 'tail', '--since', '1h']);
    const types = tail
      .split('\n')
      .filter(Boolean)
      .map((line) => z.looseObject({ type: z.string() }).parse(JSON.parse(line)).type);
    expect(types.length).toBeGreaterThan(100);
    expect(types.filter((type) => type === 'audit.poison')).toEqual([]);
  });

  it('no record of a stream was poison', async () => {
    const poisoned = (await Array.fromAsync(logs())).filter(({ text }) =>
      /"(AuditPoisonRecords|MailsPoisoned)":\s*[1-9]/.test(text),
    );
    expect(poisoned.map(({ name, text }) => `${name}: ${text.slice(0, 300)}`)).toEqual([]);
  });
});
