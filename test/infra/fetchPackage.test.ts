import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fetchPackage, type Pack } from '../../lib/bundle/fetchPackage.ts';
import { addPasswordHash } from '../../lib/bundle/passwordHash.ts';

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

  it('is refused unless its content is what the lockfile names', () => {
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

  it('of two at once the first is kept', () => {
    lock(`sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`);
    const another = join(root, 'another');
    mkdirSync(another);
    writeFileSync(join(another, 'package-lock.json'), readFileSync(join(root, 'package-lock.json')));
    const whileAnotherFetches: Pack = (spec, folder) => {
      fetchPackage(another, name, pack);
      pack(spec, folder);
    };
    const folder = fetchPackage(another, name, whileAnotherFetches);
    expect(readFileSync(join(folder, 'argon2.linux-arm64-gnu.node'), 'utf8')).toBe('binary');
  });

  it('is fetched once, to lie beside the bundle for AWS', () => {
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
