import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { chainPrefix } from '../../core/audit/auditChain.ts';
import type { AuditLogSource } from '../../core/audit/ports.ts';

/**
 * An auditor's copy of the log: a folder that holds the bucket's `log/<chain>/…`, or the batches themselves. Locks,
 * versions and delete markers are not in it.
 */
export function createAuditFolderSource(folder: string): AuditLogSource {
  const place = async (chain: string) => {
    const inside = join(folder, chainPrefix(chain));
    const found = await stat(inside).catch(() => undefined);
    return found?.isDirectory() ? inside : folder;
  };
  return {
    name: folder,

    async bucketLock() {
      return undefined;
    },

    /** In the order of names. Names that begin with a dot are a file browser's, not the log's. */
    async *keys(chain) {
      const names = await readdir(await place(chain));
      for (const name of names.filter((one) => !one.startsWith('.')).toSorted()) {
        const version = { versionId: undefined, deleteMarker: false, storedAtMs: undefined };
        yield { key: chainPrefix(chain) + name, versions: [version] };
      }
    },

    async read(key) {
      const chain = key.slice('log/'.length, key.lastIndexOf('/'));
      return { bytes: await readFile(join(await place(chain), basename(key))), lock: undefined };
    },
  };
}
