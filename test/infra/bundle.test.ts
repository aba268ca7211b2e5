import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lambdaNames } from '../../lambdas/contract/lambdas.ts';
import { commonPasswordsFile } from '../../lambdas/contract/passwords.ts';
import { isCommonPassword } from '../../lambdas/core/passwords/commonPasswords.ts';
import { bundle } from '../../lib/bundle/bundle.ts';
import { fetchPackage, type Pack } from '../../lib/bundle/fetchPackage.ts';
import { addPasswordHash } from '../../lib/bundle/passwordHash.ts';
import { type FunctionSettings, functionSettings } from '../../lib/functions/functionSettings.ts';

const root = mkdtempSync(join(tmpdir(), 'gatehouse-bundle-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a package of another platform', () => {
  const name = '@node-rs/argon2-linux-arm64-gnu';
  const archive = join(root, 'made.tgz');
  /** Stands in for the registry. */
  const pack: Pack = (_, folder) => writeFileSync(join(folder, 'package.tgz'), readFileSync(archive));
  const lock = (integrity: string) =>
    writeFileSync(
      join(root, 'package-lock.json'),
      JSON.stringify({ packages: { [`node_modules/${name}`]: { version: '2.2.1', integrity } } }),
    );

  beforeAll(() => {
    mkdirSync(join(root, 'package'));
    writeFileSync(join(root, 'package', 'package.json'), '{}');
    writeFileSync(join(root, 'package', 'argon2.linux-arm64-gnu.node'), 'binary');
    execFileSync('tar', ['-czf', archive, '-C', root, 'package']);
  });

  it('is refused when its content is not what the lockfile names, and is not kept', () => {
    lock(`sha512-${createHash('sha512').update('another').digest('base64')}`);
    expect(() => fetchPackage(root, name, pack)).toThrow('the content is not what package-lock.json names');
    lock(`sha1-${createHash('sha1').update(readFileSync(archive)).digest('base64')}`);
    expect(() => fetchPackage(root, name, pack)).toThrow('unexpected integrity');
    expect(existsSync(join(root, 'node_modules', '.cache', 'gatehouse', '@node-rs+argon2-linux-arm64-gnu-2.2.1'))).toBe(
      false,
    );
  });

  it('is refused when the lockfile does not know it', () => {
    expect(() => fetchPackage(root, 'unknown', pack)).toThrow(
      'package-lock.json has no version and integrity of unknown',
    );
  });

  it('is fetched once, and goes beside the bundle for AWS', () => {
    lock(`sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`);
    const once = vi.fn(pack);
    expect(fetchPackage(root, name, once)).toBe(fetchPackage(root, name, once));
    expect(once).toHaveBeenCalledExactlyOnceWith(`${name}@2.2.1`, expect.any(String));
    const loader = join(root, 'node_modules', '@node-rs', 'argon2');
    mkdirSync(loader, { recursive: true });
    writeFileSync(join(loader, 'package.json'), '{}');
    const folder = join(root, 'bundle');
    addPasswordHash(root, folder, 'lambda');
    expect(readFileSync(join(folder, 'node_modules', name, 'argon2.linux-arm64-gnu.node'), 'utf8')).toBe('binary');
  });
});

describe('a bundle', () => {
  it('for this machine loads by itself, with the native password hash', async () => {
    const into = join(root, 'local');
    bundle({ stage: 'local', lambdaNames: ['signIn'], into });
    expect(readFileSync(join(into, 'signIn', 'index.mjs'), 'utf8')).toContain('sourceMappingURL=index.mjs.map');
    const hash = pathToFileURL(join(into, 'signIn', 'node_modules', '@node-rs', 'argon2', 'index.js')).href;
    await expect(import(hash)).resolves.toHaveProperty('hash');
  });

  it('holds the filter of common passwords, as a file, exactly where a password is set', () => {
    const into = join(root, 'all');
    bundle({ stage: 'local', lambdaNames, into });
    const holders = lambdaNames.filter((name) => existsSync(join(into, name, commonPasswordsFile)));
    const settings = Object.entries<FunctionSettings>(functionSettings);
    expect(holders).toEqual(settings.flatMap(([name, { setsPasswords }]) => (setsPasswords ? [name] : [])));
    expect(holders).toContain('registration');
    for (const name of ['authorizer', 'refresh'] as const) expect(holders).not.toContain(name);
    for (const name of lambdaNames) {
      const code = readFileSync(join(into, name, 'index.mjs'), 'utf8');
      expect([name, /\.COMMON_PASSWORDS_FILE\b/.test(code)]).toEqual([name, holders.includes(name)]);
    }
    const filter = readFileSync(join(into, 'registration', commonPasswordsFile));
    expect(isCommonPassword(filter, 'passwordpassword')).toBe(true);
  });

  it('verifies hashes of other systems wherever a password is verified, and nowhere else', () => {
    const into = join(root, 'foreign');
    bundle({ stage: 'local', lambdaNames, into });
    const sources = (name: string) => readFileSync(join(into, name, 'index.mjs.map'), 'utf8');
    expect(lambdaNames.filter((name) => /bcryptjs|foreignHash\.ts/.test(sources(name)))).toEqual([
      'account',
      'signIn',
      'factorSignIn',
    ]);
  });

  it('of unchanged sources is the same, byte for byte', () => {
    const made = ['one', 'other'].map((folder) => {
      bundle({ stage: 'dev', lambdaNames: ['wellKnown'], into: join(root, folder) });
      return readFileSync(join(root, folder, 'wellKnown', 'index.mjs'));
    });
    expect(made[0]?.equals(made[1] ?? Buffer.of())).toBe(true);
  });
});
