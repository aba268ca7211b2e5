import { type ChildProcess, execFile } from 'node:child_process';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface CliOptions {
  readonly input?: string;
  readonly env?: object;
  /** Given the process, to end it. */
  readonly started?: (child: ChildProcess) => void;
}

/** Runs the command as an operator's shell would: by its `#!` line, with the `node` that the project has installed. */
export function gatehouse(args: readonly string[], { input = '', env = {}, started }: CliOptions = {}) {
  return new Promise<CliResult>((done) => {
    const PATH = `${root}/node_modules/.bin:${process.env['PATH']}`;
    const options = { cwd: root, env: { ...process.env, PATH, NO_COLOR: '1', ...env }, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(`${root}/bin/gatehouse.ts`, args, options, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
    child.stdin?.end(input);
    started?.(child);
  });
}
