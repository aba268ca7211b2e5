import { styleText } from 'node:util';
import Table from 'cli-table3';
import { rfc3339 } from '../../../lambdas/core/common/clock.ts';
import { CliError } from './cliError.ts';

/**
 * Where a command says what it found: for people, or with `--json` for programs. Nothing that comes from outside
 * reaches the terminal raw. Each promise is rejected with a CliError when the text could not be written.
 */
export interface Output {
  readonly json: boolean;
  /** The result, in one of its two forms. */
  result(value: unknown, text: () => string): Promise<void>;
  /** One of many results, as JSON on one line. */
  record(value: unknown): Promise<void>;
  line(text: string): Promise<void>;
}

type Write = (text: string) => Promise<void>;

export function createOutput({ json }: { json: boolean }, write: Write = writeTo(process.stdout)): Output {
  return {
    json,
    result: (value, text) => write(`${json ? toJson(value, 2) : printableLines(text())}\n`),
    record: (value) => write(`${toJson(value)}\n`),
    line: (text) => write(`${printableLines(text)}\n`),
  };
}

/** Of `sysexits.h`: EX_IOERR. */
const notWritten = 74;

/** Writes to a stream that may be a pipe which nobody reads any more, or a file on a full disk. */
export function writeTo(stream: Pick<NodeJS.WritableStream, 'write'>): Write {
  return (text) =>
    new Promise((resolve, reject) => {
      stream.write(text, (cause?: Error | null) => {
        if (!cause) return resolve();
        const closed = 'code' in cause && cause.code === 'EPIPE';
        const why = closed ? 'whoever reads it has stopped' : cause.message;
        reject(new CliError(`the output is not complete: ${why}`, { exitCode: notWritten, cause }));
      });
    });
}

const noBorders = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
  ].map((part) => [part, '']),
);

/** Aligned columns under a heading. What comes from outside cannot steer the terminal. */
export function table(options: {
  readonly head?: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly widths?: readonly number[];
}): string {
  const drawn = new Table({
    ...(options.head && { head: options.head.map((title) => bold(title.toUpperCase())) }),
    ...(options.widths && { colWidths: [...options.widths] }),
    chars: { ...noBorders, middle: ' ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
  });
  drawn.push(...options.rows.map((row) => row.map(printable)));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** What a terminal may act on instead of showing it: control and format characters, and line separators. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** Text on one line, without control and format characters. */
export function printable(text: string): string {
  return text.replaceAll(unprintable, '\u{fffd}');
}

/** The same of several lines. What `bold` and `mark` have made stays as it is. */
function printableLines(text: string): string {
  const own = [...styled].map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const parts = own.length === 0 ? [text] : text.split(new RegExp(`(${own.join('|')})`));
  return parts.map((part) => (styled.has(part) ? part : part.split('\n').map(printable).join('\n'))).join('');
}

/** JSON whose every unprintable character is escaped: to a program it is the same. */
export function toJson(value: unknown, indent?: number): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, null, indent).replaceAll(unprintable, (character) =>
    character === '\n' ? character : character.split('').map(escaped).join(''),
  );
}

/** The styled texts of this process: the only ones with escape sequences that are our own. */
const styled = new Set<string>();

function style(format: Parameters<typeof styleText>[0], text: string): string {
  const plain = printable(text);
  const made = styleText(format, plain);
  if (made !== plain) styled.add(made);
  return made;
}

export function bold(text: string): string {
  return style('bold', text);
}

export function mark(state: 'ok' | 'warning' | 'failed' | 'unknown'): string {
  if (state === 'ok') return style('green', '✓');
  if (state === 'failed') return style('red', '✗');
  return style('yellow', state === 'warning' ? '!' : '–');
}

/** Epoch seconds as RFC 3339. */
export function instant(epochSeconds: number): string {
  return rfc3339(epochSeconds).replace('.000Z', 'Z');
}
