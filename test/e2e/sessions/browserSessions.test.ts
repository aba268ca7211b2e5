import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../lambdas/contract/routes.ts';
import type { ApiResponse } from '../../../scripts/local/stack/apiClient.ts';
import { type BrowserClient, newBrowser, setCookiesOf } from '../../support/people/browserClient.ts';
import { readMails, waitForMail } from '../../support/people/mails.ts';
import {
  mailedToken,
  newPerson,
  type Person,
  problemOf,
  refresh,
  register,
  signedUp,
} from '../../support/people/people.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { stack } from '../../support/stack/stack.ts';

const profileSchema = routes.me.answers()[200];
const sessionsSchema = routes.listSessions.answers()[200];
const tokensSchema = routes.login.answers()[200];

const device = '__Host-gatehouse_device';
const day = 86_400;
let person: Person;

beforeAll(async () => {
  person = await signedUp();
});

async function signedIn() {
  const browser = newBrowser();
  const answer = await browser.signIn(person);
  const { access_token: accessToken, session_id: sid } = tokensSchema.parse(answer.json());
  return { browser, answer, accessToken, sid };
}

const refused = (answer: ApiResponse, status: number, code: string) =>
  expect(problemOf(answer)).toEqual({ status, code });

describe('a browser', () => {
  it('S02 S08 gets session and refresh token where no script can read them', async () => {
    const { answer, sid } = await signedIn();
    const locked = { httpOnly: true, secure: true, sameSite: 'strict' };
    const value = expect.any(String);
    const [session, refresh] = setCookiesOf(answer);
    expect(setCookiesOf(answer)).toEqual([
      { name: session?.name, value, path: '/', maxAge: 7 * day, ...locked },
      { name: refresh?.name, value, path: '/', maxAge: 7 * day, ...locked },
      { name: device, value, path: '/', maxAge: 180 * day, ...locked },
    ]);
    const [, id, second] = /^__Host-gatehouse_session_((\d{10})[\w-]{6})$/.exec(String(session?.name)) ?? [];
    expect(refresh?.name).toBe(`__Host-gatehouse_refresh_${id}`);
    expect(Math.abs(Date.now() / 1000 - Number(second))).toBeLessThan(30);
    expect(answer.headers['set-cookie']?.join()).not.toMatch(/domain=/i);
    expect(Object.keys(tokensSchema.parse(answer.json())).sort()).toEqual([
      'access_token',
      'expires_in',
      'session_id',
      'token_type',
    ]);
    for (const { value: secret } of setCookiesOf(answer)) expect(answer.text).not.toContain(secret);
    expect(answer.text).toContain(sid);
  });

  it('S08 that verifies its address gets cookies as well', async () => {
    const { email, password } = newPerson();
    await register(email);
    const browser = newBrowser();
    const token = await mailedToken(email);
    const answer = await browser.call('/auth/verify-email', { method: 'POST', json: { token, password } });
    expect(Object.keys(answer.json() ?? {})).not.toContain('refresh_token');
    expect((await browser.call('/auth/me')).status).toBe(200);
  });

  it('S01 holds one session, a new one from each sign-in', async () => {
    const { browser, sid } = await signedIn();
    const held = new Map(browser.cookies);
    const planted = newBrowser([
      ['__Host-gatehouse_session_1900000000abcdef', `${'x'.repeat(36)}.${'A'.repeat(22)}0.${'A'.repeat(43)}`],
    ]);
    for (const again of [browser, planted]) {
      const before = [...again.cookies.keys()].filter((name) => name !== device);
      const [sessionBefore, refreshBefore] = [again.held('session'), again.held('refresh')];
      const { session_id: next } = tokensSchema.parse((await again.signIn(person)).json());
      expect(next).not.toBe(sid);
      expect(again.held('session')).not.toBe(sessionBefore);
      expect(again.held('refresh')).not.toBe(refreshBefore);
      expect(before.filter((name) => again.cookies.has(name))).toEqual([]);
      expect((await again.call('/auth/me')).status).toBe(200);
    }
    refused(await newBrowser(held).call('/auth/me'), 401, 'invalid_token');
  });

  it('S03 is signed out at once, however its session ends', async () => {
    const [first, second, third] = [await signedIn(), await signedIn(), await signedIn()];
    for (const { browser, sid } of [first, second, third]) {
      const { items } = sessionsSchema.parse((await browser.call('/auth/sessions')).json());
      expect(items.filter(({ current }) => current).map((item) => item.sid)).toEqual([sid]);
    }
    const held = new Map(first.browser.cookies);
    expect((await first.browser.post('/auth/logout')).status).toBe(204);
    expect([...first.browser.cookies.keys()]).toEqual([device]);
    refused(await newBrowser(held).call('/auth/me'), 401, 'invalid_token');

    const path = `/auth/sessions/${second.sid}`;
    expect((await third.browser.post(path, { method: 'DELETE' })).status).toBe(204);
    refused(await second.browser.call('/auth/me'), 401, 'invalid_token');

    const kept = new Map(third.browser.cookies);
    expect((await third.browser.post('/auth/logout-everywhere')).status).toBe(204);
    refused(await newBrowser(kept).call('/auth/me'), 401, 'invalid_token');
  });

  it('L16 is refused every unsafe method without the CSRF token, whatever its Origin', async () => {
    const { browser, sid } = await signedIn();
    const { browser: stranger } = await signedIn();
    const foreign = await stranger.csrf();
    const calls = [
      ['POST', '/auth/refresh'],
      ['POST', '/auth/logout'],
      ['POST', '/auth/logout-everywhere'],
      ['DELETE', `/auth/sessions/${sid}`],
    ] as const;
    for (const [method, path] of calls) {
      for (const origin of [undefined, null]) {
        for (const headers of [{}, foreign]) {
          refused(await browser.call(path, { method, headers, ...(origin === null && { origin }) }), 403, 'csrf');
        }
      }
      const headers = await browser.csrf();
      refused(await browser.call(path, { method, headers, origin: 'https://evil.example' }), 403, 'csrf');
    }
    expect((await browser.call('/auth/me')).status).toBe(200);
  });

  it('is known as a device once it has signed in', async () => {
    const { browser } = await signedIn();
    const before = browser.held('device');
    await browser.signIn(person);
    expect(browser.held('device')).toBe(before);
    expect(before).toMatch(/^d2(\.[\w-]{22}){2}$/);
  });

  it('L29 that two accounts take turns in is told of to each once, and known to both afterwards', async () => {
    const people = [await signedUp(), await signedUp()];
    const { browser } = await signedIn();
    const ids = new Set<string | undefined>();
    for (let turn = 0; turn < 3; turn++) {
      for (const one of people) {
        expect((await browser.signIn(one)).status).toBe(200);
        ids.add(browser.held('device')?.split('.')[1]);
      }
    }
    expect(ids.size).toBe(1);
    for (const { email } of people) {
      expect((await waitForMail(email, 2)).subject).toMatch(/^New sign-in/);
      const notices = (await readMails(email)).filter(({ subject }) => subject.startsWith('New sign-in'));
      expect(notices, email).toHaveLength(1);
    }
  });

  it('is who its cookie says, unless it sends an Authorization header', async () => {
    const { browser, accessToken } = await signedIn();
    const profile = profileSchema.parse((await browser.call('/auth/me')).json());
    expect(profile).toMatchObject({ email: person.email, acr: 'aal1', amr: ['pwd'] });
    refused(await browser.call('/auth/me', { token: 'nonsense' }), 401, 'invalid_token');
    expect((await browser.call('/auth/me', { token: accessToken })).status).toBe(200);
    refused(await browser.call('/auth/csrf', { token: accessToken }), 401, 'invalid_token');
  });
});

describe('a refresh by cookie', () => {
  /** Makes a session's refresh token older than the window, as a while would. */
  async function age(browser: BrowserClient): Promise<void> {
    const [sub, sid] = String(browser.held('session')).split('.');
    await awsClients().documents.send(
      new UpdateCommand({
        TableName: stack().tables['Sessions'],
        Key: { sub, sid },
        UpdateExpression: 'SET rotated_at_ms = :then',
        ExpressionAttributeValues: { ':then': Date.now() - 60_000 },
      }),
    );
  }

  it('by 20 tabs at once serves every tab with one rotation', async () => {
    const { browser } = await signedIn();
    const headers = await browser.csrf();
    const first = browser.held('refresh');
    await age(browser);
    const tabs = Array.from({ length: 20 }, () => browser.call('/auth/refresh', { method: 'POST', headers }));
    const answers = await Promise.all(tabs);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    for (const answer of answers) expect(tokensSchema.parse(answer.json()).refresh_token).toBeUndefined();
    const handedOver = new Set(answers.flatMap((answer) => setCookiesOf(answer).map(({ value }) => value)));
    expect(handedOver).toEqual(new Set([browser.held('session'), browser.held('refresh')]));
    expect(browser.held('refresh')).not.toBe(first);
    expect((await browser.post('/auth/refresh')).status).toBe(200);
    expect((await browser.call('/auth/me')).status).toBe(200);
  });

  it('S08 takes the cookie’s token from the cookie alone', async () => {
    const { browser } = await signedIn();
    const token = String(browser.held('refresh'));
    refused(await refresh(token), 400, 'invalid_grant');
    const json = { refresh_token: token };
    refused(await browser.call('/auth/refresh', { method: 'POST', json }), 400, 'invalid_grant');
    expect((await browser.post('/auth/refresh')).status).toBe(200);
  });

  it('S08 takes no token that was delivered in a body', async () => {
    const { tokens } = await signedUp();
    const { browser } = await signedIn();
    const json = { refresh_token: tokens.refresh_token };
    refused(await browser.call('/auth/refresh', { method: 'POST', json }), 400, 'invalid_grant');
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('of a session that is over takes the cookies back', async () => {
    const { browser } = await signedIn();
    const headers = await browser.csrf();
    const held = new Map(browser.cookies);
    await browser.post('/auth/logout');
    const other = newBrowser(held);
    refused(await other.call('/auth/refresh', { method: 'POST', headers }), 400, 'invalid_grant');
    expect([...other.cookies.keys()]).toEqual([device]);
  });
});

describe('an origin', () => {
  const app = 'https://localhost:5173';
  const preflight = (origin: string) =>
    newBrowser().call('/auth/login', {
      method: 'OPTIONS',
      origin,
      headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-csrf-token' },
    });

  it('that is configured may call with cookies', async () => {
    const allowed = { 'access-control-allow-origin': app, 'access-control-allow-credentials': 'true', vary: 'Origin' };
    const asked = await preflight(app);
    expect(asked.status).toBe(204);
    expect(asked.headers).toMatchObject(allowed);
    expect(asked.headers['access-control-allow-headers']).toContain('X-CSRF-Token');
    const { email, password } = person;
    const answer = await newBrowser().call('/auth/login', { method: 'POST', json: { email, password }, origin: app });
    expect(answer.headers).toMatchObject(allowed);
    expect(answer.headers['access-control-expose-headers']).toContain('Retry-After');
    expect(setCookiesOf(answer)).toHaveLength(3);
  });

  it.each([
    'https://evil.example',
    'null',
    'http://localhost:5173',
    'https://localhost:51730',
    'https://localhost:5173.evil.example',
    'https://evil-localhost:5173',
    'https://localhost',
  ])('L16 %s is neither told anything nor listened to', async (origin) => {
    const { email, password } = person;
    const login = await newBrowser().call('/auth/login', { method: 'POST', json: { email, password }, origin });
    refused(login, 403, 'csrf');
    const { browser } = await signedIn();
    for (const answer of [login, await preflight(origin), await browser.call('/auth/me', { origin })]) {
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.headers.vary).toContain('Origin');
    }
  });
});
