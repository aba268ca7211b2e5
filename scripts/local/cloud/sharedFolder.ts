import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A folder that takes long to build and that every run of this project uses. */
export interface SharedFolder {
  readonly folder: string;
  /** Whether it is there, and as it should be. */
  isWhole(): boolean | Promise<boolean>;
  /** Builds it into an empty folder beside it. What is built must not know its own path. */
  build(partial: string): Promise<void>;
}

/**
 * Makes sure that a shared folder is whole. Returns whether it had to be built.
 *
 * Nobody sees it half built: each run builds under a name of its own, and one `rename` puts the result in place. Of two
 * runs at once the first wins, and the other uses what is there. What a killed run leaves is removed by the next.
 */
export async function ensureSharedFolder({ folder, isWhole, build }: SharedFolder): Promise<boolean> {
  if (await isWhole()) return false;
  mkdirSync(dirname(folder), { recursive: true });
  removeAbandoned(folder);
  const partial = mkdtempSync(`${folder}${infix}${process.pid}-`);
  try {
    await build(partial);
    if (await isWhole()) return false;
    if (!replaces(partial, folder)) {
      // What was there was not whole, or of an earlier release.
      rename(folder, `${partial}-replaced`);
      replaces(partial, folder);
    }
    return true;
  } finally {
    for (const path of [partial, `${partial}-replaced`]) rmSync(path, { recursive: true, force: true });
  }
}

const infix = '.part-';

/** Renames, unless a folder with content is there. */
function replaces(partial: string, folder: string): boolean {
  return rename(partial, folder) !== 'is there';
}

function rename(from: string, to: string): 'renamed' | 'is there' | 'is gone' {
  try {
    renameSync(from, to);
    return 'renamed';
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return 'is there';
    if (code === 'ENOENT') return 'is gone';
    throw error;
  }
}

function removeAbandoned(folder: string): void {
  const start = `${basename(folder)}${infix}`;
  for (const name of readdirSync(dirname(folder)).filter((one) => one.startsWith(start))) {
    const pid = Number.parseInt(name.slice(start.length), 10);
    if (!isAlive(pid)) rmSync(join(dirname(folder), name), { recursive: true, force: true });
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
