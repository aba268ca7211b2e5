import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Contestant } from './rounds.ts';

/** A file that runs in a process of its own: it sends one message when it is ready, and answers each one it gets. */
export interface Child {
  /** What it sent when it was ready. */
  readonly greeting: unknown;
  ask(): Promise<unknown>;
  stop(): void;
}

/** @param options.silent whether what it prints is thrown away */
export async function startChild(
  file: URL,
  args: readonly string[],
  options: { readonly silent?: boolean } = {},
): Promise<Child> {
  const output = options.silent ? 'ignore' : 'inherit';
  const child = fork(file, [...args], { stdio: ['ignore', output, 'inherit', 'ipc'] });
  const [name = ''] = args;
  return {
    greeting: await answer(child, name),
    ask() {
      child.send('ask');
      return answer(child, name);
    },
    stop: () => void child.kill(),
  };
}

/** A contestant in a process of its own, so that none inherits what another has left to compiler and collector. */
export async function startContestant(
  file: URL,
  name: string,
  args: readonly string[],
  options: { readonly silent?: boolean } = {},
): Promise<Contestant & Pick<Child, 'stop'>> {
  const { ask, stop } = await startChild(file, [name, ...args], options);
  return {
    name,
    async measure() {
      const figure = await ask();
      if (typeof figure !== 'number') throw new Error(`${name} answered no figure`);
      return figure;
    },
    stop,
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
