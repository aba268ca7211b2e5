import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Lets everybody read what a cloud assembly uploads. A package keeps the modes of its files, and Lambda runs as another
 * user than their owner: what a strict umask (077) has made, it could not read.
 */
export function openAssets(assembly: string): void {
  for (const name of readdirSync(assembly)) if (name.startsWith('asset.')) open(join(assembly, name));
}

function open(path: string): void {
  const status = statSync(path);
  const isFolder = status.isDirectory();
  chmodSync(path, isFolder || (status.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (isFolder) for (const name of readdirSync(path)) open(join(path, name));
}
