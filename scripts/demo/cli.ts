import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../../bin/gatehouse.ts', import.meta.url));

export interface CliResult {
  readonly code: number;
  readonly output: string;
}

/** Runs the operator's CLI as an operator would, against the stack that GATEHOUSE_STACK_FILE names. */
export async function gatehouse(...args: readonly string[]): Promise<CliResult> {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code], stdout, stderr] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { code: Number(code), output: `${stdout}${stderr}` };
}
