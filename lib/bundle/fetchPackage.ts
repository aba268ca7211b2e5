import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
});

/** Puts the archive of `name@version` into a folder. */
export type Pack = (spec: string, folder: string) => void;

const npmPack: Pack = (spec, folder) => {
  execFileSync('npm', ['pack', spec, '--silent', '--pack-destination', folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
};

/**
 * A package of another platform, at the version of the lockfile, checked against the lockfile's integrity.
 *
 * @returns its folder, in a cache under `node_modules`.
 */
export function fetchPackage(root: string, name: string, pack: Pack = npmPack): string {
  const { version, integrity } = locked(root, name);
  const cache = join(root, 'node_modules', '.cache', 'gatehouse');
  const folder = join(cache, `${name.replace('/', '+')}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, 'fetch-'));
  try {
    pack(`${name}@${version}`, temporary);
    const archive = archiveIn(temporary);
    verify(archive, integrity);
    execFileSync('tar', ['-xzf', archive, '-C', temporary]);
    putInPlace(join(temporary, 'package'), folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** By one rename, so that nobody finds a half of it. Of two at once the first wins: the content is the same. */
function putInPlace(fetched: string, folder: string): void {
  try {
    renameSync(fetched, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

function locked(root: string, name: string): { version: string; integrity: string } {
  const lock = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (!version || !integrity) throw new Error(`package-lock.json has no version and integrity of ${name}`);
  return { version, integrity };
}

function archiveIn(folder: string): string {
  const [archive] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  if (!archive) throw new Error(`npm pack left no archive in ${folder}`);
  return join(folder, archive);
}

function verify(archive: string, integrity: string): void {
  const [algorithm, expected] = integrity.split('-');
  if (algorithm !== 'sha512') throw new Error(`package-lock.json: unexpected integrity ${integrity}`);
  const found = createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (found !== expected) throw new Error(`${archive}: the content is not what package-lock.json names`);
}
