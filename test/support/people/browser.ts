import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { tlsFiles } from '../../../scripts/local/cloud/certificates.ts';
import { stack } from '../stack/stack.ts';

const binaries = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'] as const;

/** Chromium as `CHROMIUM_PATH` names it, or else the first on the PATH; undefined when there is none. */
function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined) return named;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return binaries.flatMap((binary) => folders.map((folder) => join(folder, binary))).find((file) => existsSync(file));
}

/**
 * Whether the tests in a browser can run, for `describe.skipIf(!hasBrowser())`.
 *
 * @throws Error in CI (`CI` is set) when there is no browser: nobody would notice tests that CI skips.
 */
export function hasBrowser(): boolean {
  if (findChromium() !== undefined) return true;
  if (process.env['CI']) throw new Error('There is no Chromium: install one, or name it by CHROMIUM_PATH');
  return false;
}

/**
 * A headless Chromium that trusts the suite's own certificate, and otherwise only what it trusts by itself. Its pages
 * are secure as in production, which passkeys and `Secure` cookies need. Whoever launches it closes it.
 *
 * @param through the port of a server with that certificate, which it takes for the API's
 */
export function launchBrowser({ through }: { readonly through?: string } = {}): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('There is no Chromium');
  return chromium.launch({
    executablePath,
    // Its sandbox refuses to start as root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--ignore-certificate-errors-spki-list=${certificatePin()}`,
      ...(through ? [`--host-resolver-rules=MAP ${new URL(stack().issuer).host} 127.0.0.1:${through}`] : []),
    ],
  });
}

/**
 * A page of a new profile (no cookies) that shows an answer of the API, so that `page.evaluate` runs as a script of its
 * origin. A page's own policy does not bind it, as the script is the test's.
 */
export async function openPage(browser: Browser, url = `${stack().issuer}/health`): Promise<Page> {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** SHA-256 of the front's public key, as Chromium takes it. */
function certificatePin(): string {
  const { certificateFile } = tlsFiles(dirname(stack().ca_file));
  const { publicKey } = new X509Certificate(readFileSync(certificateFile));
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}
