import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Contestant } from './rounds.ts';

/** A contestant in a process of its own. */
export interface ChildContestant extends Contestant {
  stop(): void;
}

/**
 * Starts a file with a contestant's name as its first argument, so that none inherits what another has left to the
 * compiler and the garbage collector. The file sends one message when it is ready, and after that answers every message
 * with a figure.
 */
export async function startContestant(file: URL, name: string, args: readonly string[]): Promise<ChildContestant> {
  const child = fork(file, [name, ...args]);
  await answer(child, name);
  return {
    name,
    async measure() {
      child.send('measure');
      const figure = await answer(child, name);
      if (typeof figure !== 'number') throw new Error(`${name} answered no figure`);
      return figure;
    },
    stop: () => void child.kill(),
  };
}

/** @throws Error when the process ends instead. */
async function answer(child: ChildProcess, name: string): Promise<unknown> {
  const ended = new AbortController();
  const end = () => ended.abort(new Error(`${name} has ended`));
  child.once('exit', end);
  try {
    const [message] = await once(child, 'message', { signal: ended.signal });
    return message;
  } finally {
    child.off('exit', end);
  }
}
