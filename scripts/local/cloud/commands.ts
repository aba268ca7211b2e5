import { type SpawnOptions, spawn } from 'node:child_process';

/** What a command begins with that takes only what the processor has left over. */
export const leftOver = ['nice', '-n', '19'] as const;

export interface CommandResult {
  readonly code: number;
  /** Standard output and error, in the order they came. */
  readonly output: string;
  readonly stdout: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  /** Called with each complete line, of either stream. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** Runs a command to its end. A command that cannot be started has code 127, as in a shell. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const spawnOptions: SpawnOptions = { stdio: ['pipe', 'pipe', 'pipe'] };
  if (options.cwd !== undefined) spawnOptions.cwd = options.cwd;
  if (options.env !== undefined) spawnOptions.env = options.env;
  if (options.signal !== undefined) spawnOptions.signal = options.signal;
  return new Promise((resolve) => {
    const child = spawn(command, args, spawnOptions);
    let output = '';
    let stdout = '';
    const lines = lineSplitter(options.onLine);
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      output += chunk.toString();
      lines(chunk.toString());
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      lines(chunk.toString());
    });
    child.on('error', (error) => resolve({ code: 127, output: output + error.message, stdout }));
    child.on('close', (code) => resolve({ code: code ?? 1, output, stdout }));
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input ?? '');
  });
}

function lineSplitter(onLine: ((line: string) => void) | undefined): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine?.(line);
  };
}

/** The last lines of a command's output that say something. */
export function lastLines(output: string, count: number): string {
  return output
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}
