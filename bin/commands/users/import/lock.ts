import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { CliError } from '../../support/cliError.ts';

/**
 * Keeps a second import of one file away until the returned function is called. What a killed run has left is taken
 * over.
 *
 * @throws CliError while another process has it.
 */
export function lock(file: string): () => void {
  if (!tryCreate(file)) {
    takeAwayFromTheDead(file);
    if (!tryCreate(file)) throw taken(file, ownerOf(file));
  }
  return () => rmSync(file, { force: true });
}

/** @throws CliError when somebody lives to whom it belongs. */
function takeAwayFromTheDead(file: string): void {
  // Of two that find it so, the second must not take it away from the first.
  const turn = `${file}.takeover`;
  if (!tryCreate(turn)) throw taken(turn, ownerOf(turn));
  try {
    const owner = ownerOf(file);
    if (owner !== undefined) throw taken(file, owner);
    rmSync(file, { force: true });
  } finally {
    rmSync(turn, { force: true });
  }
}

/** Returns whether the file was not there, and is this process's now. */
function tryCreate(file: string): boolean {
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, `${process.pid}\n`);
    closeSync(handle);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function taken(file: string, owner: number | undefined): CliError {
  const remedy = owner === undefined ? `: delete ${file} if none is` : ` (${file})`;
  return new CliError(`this file is being imported already, by process ${owner ?? 'unknown'}${remedy}`);
}

/** The process that a file names, if it is still there. */
function ownerOf(file: string): number | undefined {
  const pid = Number(textOf(file));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return codeOf(error) === 'EPERM' ? pid : undefined;
  }
}

const writtenWithinMs = 1000;
const pollMs = 20;

/** Who makes the file writes into it a moment later. */
function textOf(file: string): string {
  for (let waited = 0; ; waited += pollMs) {
    const text = readOrNothing(file);
    if (text !== '' || waited >= writtenWithinMs) return text ?? '';
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
  }
}

/** Undefined when it is gone. */
function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
