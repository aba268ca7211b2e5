import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { CliError } from '../../support/cliError.ts';

/**
 * Keeps a second import of one file away until the returned function is called. What a killed run has left is taken
 * over.
 *
 * @throws CliError while another process has it.
 */
export function lock(file: string): () => void {
  for (let attempt = 1; ; attempt++) {
    try {
      const handle = openSync(file, 'wx', 0o600);
      writeSync(handle, `${process.pid}\n`);
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const owner = ownerOf(file);
      if (owner !== undefined || attempt > 1) {
        throw new CliError(`this file is being imported already, by process ${owner ?? 'unknown'} (${file})`);
      }
      rmSync(file, { force: true });
    }
  }
}

/** The process that has the lock, if it is still there. */
function ownerOf(file: string): number | undefined {
  const pid = Number(readFileSync(file, 'utf8'));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM' ? pid : undefined;
  }
}
