import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureCertificates } from '../../scripts/local/certificates.ts';
import { hasBrowser, launchBrowser, openPage } from '../support/browser.ts';
import { stack } from '../support/stack.ts';
import { startTlsServer } from '../support/tlsServer.ts';

describe.skipIf(!hasBrowser())('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
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
});
