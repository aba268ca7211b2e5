import { CommanderError, type OutputConfiguration } from 'commander';
import { describeError, exitCodeOf } from './cliError.ts';
import { printable, toJson } from './output.ts';

const wrongUsage = 2;

/** Whether `--json` is among the arguments, before any that are no options. */
export function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? undefined : end).includes('--json');
}

/** How commander tells of wrong usage: not at all where `reportError` does, as JSON. */
export function usageOutput({ json }: { readonly json: boolean }): OutputConfiguration {
  if (json) return { writeErr: () => {}, outputError: () => {} };
  return { outputError: (text, write) => write(text.split('\n').map(printable).join('\n')) };
}

interface ErrorOutput {
  readonly json: boolean;
  readonly write: (text: string) => void;
}

/**
 * Tells of what a command threw, in one line: for programs as `{error, exit_code}`. Returns the exit code. Where people
 * read it, commander has told of wrong usage itself.
 */
export function reportError(error: unknown, { json, write }: ErrorOutput): number {
  const isUsage = error instanceof CommanderError;
  if (isUsage && error.exitCode === 0) return 0;
  const exitCode = isUsage ? wrongUsage : exitCodeOf(error);
  const message = isUsage ? usage(error) : describeError(error);
  if (json) write(`${toJson({ error: message, exit_code: exitCode })}\n`);
  else if (!isUsage) write(`gatehouse: ${printable(message)}\n`);
  return exitCode;
}

function usage({ code, message }: CommanderError): string {
  return code === 'commander.help' ? 'no such command: see --help' : message.replace(/^error: /, '');
}
