import { constants, rmSync } from 'node:fs';
import { copyFile, type FileHandle, link, open, rm } from 'node:fs/promises';
import { CliError } from './cliError.ts';

/** Only its owner may read it. */
const mode = 0o600;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Makes a file that is not there yet, from what `body` writes: under its name it is complete or absent, also when the
 * disk is full or the command is interrupted. No link is followed, and nothing that is there is written over.
 */
export async function newFile<T>(file: string, body: (write: (text: string) => Promise<void>) => Promise<T>) {
  const part = `${file}.part`;
  const handle = await create(part);
  const remove = (signal: NodeJS.Signals) => {
    rmSync(part, { force: true });
    process.removeListener(signal, remove);
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, remove);
  try {
    const result = await writeAll(handle, body);
    await publish(part, file);
    return result;
  } finally {
    await rm(part, { force: true });
    for (const signal of signals) process.removeListener(signal, remove);
  }
}

async function writeAll<T>(handle: FileHandle, body: (write: (text: string) => Promise<void>) => Promise<T>) {
  try {
    const result = await body((text) => handle.appendFile(text));
    await handle.sync();
    return result;
  } finally {
    await handle.close();
  }
}

function create(part: string): Promise<FileHandle> {
  return open(part, 'wx', mode).catch((cause: unknown) => {
    throw isThere(cause)
      ? new CliError(`${part} is there already: delete it if no other export writes it`, { cause })
      : cause;
  });
}

/** Unlike a rename, neither a link nor this copy replaces a file that has come to be there meanwhile. */
async function publish(part: string, file: string): Promise<void> {
  try {
    await link(part, file).catch((error: unknown) => {
      // Some file systems have no links.
      if (isThere(error)) throw error;
      return copyFile(part, file, constants.COPYFILE_EXCL);
    });
  } catch (cause) {
    throw isThere(cause) ? new CliError(`${file} is there already`, { cause }) : cause;
  }
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
