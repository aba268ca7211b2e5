type Method = 'debug' | 'info' | 'log' | 'warn' | 'error';

/**
 * Writes a line of the log. Lambda's own `console` would put what is JSON already into a JSON of its own; with
 * POWERTOOLS_DEV, on a developer's machine, the console shows it.
 */
export function writeLine(method: Method, line: object): void {
  const text = JSON.stringify(line, withErrors);
  if (process.env['POWERTOOLS_DEV'] === 'true') console[method](text);
  else process.stdout.write(`${text}\n`);
}

/** An error with what `JSON.stringify` would leave out of it, and its causes. */
function withErrors(_: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack = '', cause, ...members } = value;
  const [, file, line] = /\(([^()]*?):(\d+?):\d+?\)\\?$/m.exec(stack) ?? [];
  return { name, location: file === undefined ? '' : `${file}:${line}`, message, stack, cause, ...members };
}
