import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../lambdas/contract/routes.ts';
import { hasBrowser, launchBrowser, openPage } from '../../support/people/browser.ts';
import { type Script, scriptOn } from '../../support/people/browserScript.ts';
import { type Person, signedUp } from '../../support/people/people.ts';
import { startSlowFront } from '../../support/people/slowFront.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { stack } from '../../support/stack/stack.ts';

const csrfSchema = routes.csrf.answers()[200];
const profileSchema = routes.me.answers()[200];
const tokensSchema = routes.login.answers()[200];

describe.skipIf(!hasBrowser())('L30 of two tabs of a browser', () => {
  let front: Awaited<ReturnType<typeof startSlowFront>>;
  let browser: Browser;
  let person: Person;
  let another: Person;
  beforeAll(async () => {
    front = await startSlowFront();
    browser = await launchBrowser({ through: front.port });
    [person, another] = await Promise.all([signedUp(), signedUp()]);
  });
  afterAll(async () => {
    await browser?.close();
    await front?.close();
  });

  const signIn = async (tab: Script, who: Person) =>
    tokensSchema.parse((await tab('/auth/login', { json: who })).body).session_id;
  const csrfOf = async (tab: Script) => csrfSchema.parse((await tab('/auth/csrf')).body).csrf_token;

  /** Two tabs, in one of which somebody is signed in. */
  async function twoTabs() {
    const page = await openPage(browser);
    const other = await page.context().newPage();
    await other.goto(`${stack().issuer}/health`);
    const [first, second] = [scriptOn(page), scriptOn(other)];
    await signIn(first, person);
    return { first, second, csrf: await csrfOf(first), kept: () => page.context().cookies() };
  }

  /** The session counts in a tab, goes on, and can be signed out of. */
  async function lives(sid: string, who: Person, tab: Script) {
    expect(profileSchema.parse((await tab('/auth/me')).body).email).toBe(who.email);
    const csrf = await csrfOf(tab);
    const refreshed = await tab('/auth/refresh', { method: 'POST', csrf });
    expect([refreshed.status, tokensSchema.parse(refreshed.body).session_id]).toEqual([200, sid]);
    expect((await tab('/auth/logout', { method: 'POST', csrf })).status).toBe(204);
    expect((await tab('/auth/me')).status).toBe(401);
  }

  /** Makes the refresh tokens of a browser old enough to rotate, as a while would. */
  async function age(cookies: readonly { readonly name: string; readonly value: string }[]) {
    const [sub, sid] = cookies.find(({ name }) => name.includes('session'))?.value.split('.') ?? [];
    await awsClients().documents.send(
      new UpdateCommand({
        TableName: stack().tables['Sessions'],
        Key: { sub, sid },
        UpdateExpression: 'SET rotated_at_ms = :then',
        ExpressionAttributeValues: { ':then': Date.now() - 60_000 },
      }),
    );
  }

  it('a slow refresh that fails leaves the newer sign-in of the other', async () => {
    const { first, second, csrf } = await twoTabs();
    const held = front.hold('/auth/refresh', 'the request');
    const slow = first('/auth/refresh', { method: 'POST', csrf });
    await held.reached;
    const newer = await signIn(second, person);
    held.release();
    expect((await slow).status).toBe(400);
    await lives(newer, person, second);
  });

  it('a slow refresh that answers late leaves the newer sign-in of the other', async () => {
    const { first, second, csrf, kept } = await twoTabs();
    await age(await kept());
    const held = front.hold('/auth/refresh', 'its answer');
    const slow = first('/auth/refresh', { method: 'POST', csrf });
    await held.reached;
    const newer = await signIn(second, person);
    held.release();
    expect((await slow).status).toBe(200);
    await lives(newer, person, first);
  });

  it('a slow refresh leaves another person who signs in meanwhile', async () => {
    const { first, second, csrf, kept } = await twoTabs();
    await age(await kept());
    const held = front.hold('/auth/refresh', 'its answer');
    const slow = first('/auth/refresh', { method: 'POST', csrf });
    await held.reached;
    const newer = await signIn(second, another);
    held.release();
    expect((await slow).status).toBe(200);
    await lives(newer, another, second);
  });

  it.each(['the request', 'its answer'] as const)('a sign-out, of which %s is slow, leaves the newer', async (what) => {
    const { first, second, csrf } = await twoTabs();
    const held = front.hold('/auth/logout', what);
    const slow = first('/auth/logout', { method: 'POST', csrf });
    await held.reached;
    const newer = await signIn(second, person);
    held.release();
    expect((await slow).status).toBe(204);
    await lives(newer, person, first);
  });
});
