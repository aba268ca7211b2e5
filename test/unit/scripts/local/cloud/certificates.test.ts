import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureCertificates } from '../../../../../scripts/local/cloud/certificates.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tls-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const load = (file: string) => new X509Certificate(readFileSync(file));
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

describe('the local certificates', () => {
  it('are signed by an authority that may vouch for the loopback names alone', async () => {
    const { caFile, certificateFile } = await ensureCertificates(folder);
    const [authority, leaf] = [load(caFile), load(certificateFile)];
    expect(authority.ca).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.checkHost('localhost')).toBe('localhost');
    expect(leaf.checkHost('example.com')).toBeUndefined();
    // NameConstraints: id-ce 30, critical.
    expect(authority.raw.includes(Buffer.from('0603551d1e0101ff', 'hex'))).toBe(true);
  });

  it('stay as they are while they are good', async () => {
    const { caFile, certificateFile } = await ensureCertificates(folder);
    const before = [load(caFile), load(certificateFile)].map(({ fingerprint256 }) => fingerprint256);
    await ensureCertificates(folder, inDays(300));
    expect([load(caFile), load(certificateFile)].map(({ fingerprint256 }) => fingerprint256)).toEqual(before);
  });

  it('are renewed before the leaf ends, under the same authority', async () => {
    const { caFile, certificateFile } = await ensureCertificates(folder);
    const [authority, leaf] = [load(caFile), load(certificateFile)];
    await ensureCertificates(folder, inDays(350));
    expect(load(caFile).fingerprint256).toBe(authority.fingerprint256);
    expect(load(certificateFile).fingerprint256).not.toBe(leaf.fingerprint256);
    expect(load(certificateFile).verify(authority.publicKey)).toBe(true);
  });

  it('are made anew when the key of the authority is gone', async () => {
    const { certificateFile, caFile } = await ensureCertificates(folder);
    rmSync(join(folder, 'ca.key'));
    rmSync(certificateFile);
    await ensureCertificates(folder);
    expect(load(certificateFile).verify(load(caFile).publicKey)).toBe(true);
  });

  it('have keys that nobody else may read', async () => {
    const { keyFile } = await ensureCertificates(folder);
    for (const file of [keyFile, join(folder, 'ca.key')]) expect(statSync(file).mode & 0o077).toBe(0);
  });
});

it.skipIf(!hasOpenssl())('OpenSSL verifies the chain, name constraints included', async () => {
  const { caFile, certificateFile } = await ensureCertificates(folder);
  const answer = execFileSync('openssl', ['verify', '-CAfile', caFile, certificateFile], { encoding: 'utf8' });
  expect(answer).toContain('OK');
});

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
