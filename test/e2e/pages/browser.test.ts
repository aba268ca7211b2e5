import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../lambdas/contract/routes.ts';
import { ensureCertificates } from '../../../scripts/local/cloud/certificates.ts';
import { startTlsServer } from '../../support/fakes/tlsServer.ts';
import { hasBrowser, launchBrowser, openPage } from '../../support/people/browser.ts';
import { scriptOn } from '../../support/people/browserScript.ts';
import { mailedToken, newPerson, type Person, register, signedUp, signIn } from '../../support/people/people.ts';
import { stack } from '../../support/stack/stack.ts';

const csrfSchema = routes.csrf.answers()[200];
const profileSchema = routes.me.answers()[200];
const tokensSchema = routes.login.answers()[200];

describe.skipIf(!hasBrowser())('in a browser', () => {
  let browser: Browser;
  let person: Person;
  beforeAll(async () => {
    browser = await launchBrowser();
    person = await signedUp();
  });
  afterAll(() => browser?.close());

  it('an answer of the API is a secure context of the issuer', async () => {
    const page = await openPage(browser);
    const { origin } = new URL(stack().issuer);
    expect(await page.evaluate('[isSecureContext, location.origin]')).toEqual([true, origin]);
  });

  it("no certificate but the suite's own is taken", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-foreign-'));
    await using server = await startTlsServer(await ensureCertificates(folder), (_, answer) => answer.end('hello'));
    await expect(openPage(browser, server.origin)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
    rmSync(folder, { recursive: true });
  });

  it('S02 a script is signed in by cookies that it cannot read', async () => {
    const page = await openPage(browser);
    const script = scriptOn(page);
    const { access_token: token } = tokensSchema.parse((await script('/auth/login', { json: person })).body);
    expect(token).toMatch(/^ey/);
    expect(await page.evaluate('document.cookie')).toBe('');
    const locked = { httpOnly: true, secure: true, sameSite: 'Strict', domain: 'localhost' };
    const kept = await page.context().cookies();
    expect(kept.sort((a, b) => a.name.localeCompare(b.name))).toMatchObject([
      { name: '__Host-gatehouse_device', path: '/', ...locked },
      { name: expect.stringMatching(/^__Host-gatehouse_refresh_\d{10}[\w-]{6}$/), path: '/', ...locked },
      { name: expect.stringMatching(/^__Host-gatehouse_session_\d{10}[\w-]{6}$/), path: '/', ...locked },
    ]);
    await page.reload();
    expect(profileSchema.parse((await script('/auth/me')).body).email).toBe(person.email);
    expect((await script('/auth/refresh', { method: 'POST' })).status).toBe(403);
    const csrf = csrfSchema.parse((await script('/auth/csrf')).body).csrf_token;
    const fresh = tokensSchema.parse((await script('/auth/refresh', { method: 'POST', csrf })).body);
    expect((await script('/auth/me', { token: fresh.access_token })).status).toBe(200);
    expect((await script('/auth/logout', { method: 'POST', csrf })).status).toBe(204);
    expect((await page.context().cookies()).map(({ name }) => name)).toEqual(['__Host-gatehouse_device']);
    expect((await script('/auth/me')).status).toBe(401);
  });

  it('S02 an app on a configured origin of the same site is served', async () => {
    const page = await openPage(browser, 'about:blank');
    const script = await onPageOf(page, 'https://localhost:5173');
    expect((await script('/auth/login', { json: person })).status).toBe(200);
    const csrf = csrfSchema.parse((await script('/auth/csrf')).body).csrf_token;
    expect((await script('/auth/refresh', { method: 'POST', csrf })).status).toBe(200);
    expect((await script('/auth/me')).status).toBe(200);
  });

  it.each([
    ['of another site, to which no cookie goes', 'https://evil.example'],
    ['of the same site, to which cookies go', 'https://localhost:5174'],
  ])('L16 a foreign page %s has no effect', async (_, origin) => {
    const page = await openPage(browser);
    const own = scriptOn(page);
    expect((await own('/auth/login', { json: person })).status).toBe(200);
    const csrf = csrfSchema.parse((await own('/auth/csrf')).body).csrf_token;
    const foreign = await onPageOf(await page.context().newPage(), origin);
    for (const path of ['/auth/me', '/auth/csrf', '/auth/sessions']) {
      expect(await foreign(path)).toEqual({ status: 0, body: 'TypeError' });
    }
    expect(await foreign('/auth/login', { json: person })).toEqual({ status: 0, body: 'TypeError' });
    expect(await foreign('/auth/logout', { method: 'POST', csrf })).toEqual({ status: 0, body: 'TypeError' });
    // Without a preflight, and without an answer that it could read.
    await foreign('/auth/logout', { method: 'POST', mode: 'no-cors' });
    await foreign('/auth/logout-everywhere', { method: 'POST', mode: 'no-cors' });
    expect((await own('/auth/me')).status).toBe(200);
  });

  it('the form behind a mailed link is taken without a referrer', async () => {
    const { email, password } = newPerson();
    await register(email);
    const page = await browser.newPage();
    await page.goto(`${stack().issuer}/auth/link/verify-email?token=${await mailedToken(email)}`);
    await page.fill('input[name=password]', password);
    const [answer] = await Promise.all([page.waitForNavigation(), page.click('button')]);
    expect(answer?.status()).toBe(200);
    await signIn({ email, password });
  });
});

/** A script on an empty page of another origin, which no server is asked for, and which may call this machine. */
async function onPageOf(page: Page, origin: string) {
  await page.context().grantPermissions(['local-network-access'], { origin });
  await page.route(`${origin}/`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  await page.goto(`${origin}/`);
  return scriptOn(page);
}
