import { styleText } from 'node:util';
import Table from 'cli-table3';
import { rfc3339 } from '../../../lambdas/core/common/clock.ts';

/** Where a command says what it found: for people, or with `--json` for programs. */
export interface Output {
  readonly json: boolean;
  /** The result, in one of its two forms. */
  result(value: unknown, text: () => string): void;
  line(text: string): void;
}

export function createOutput(
  { json }: { json: boolean },
  write = (text: string) => process.stdout.write(text),
): Output {
  return {
    json,
    result(value, text) {
      write(`${json ? JSON.stringify(value, null, 2) : text()}\n`);
    },
    line(text) {
      write(`${text}\n`);
    },
  };
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

/** Text without control and format characters. */
export function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, '\u{fffd}');
}

export function bold(text: string): string {
  return styleText('bold', text);
}

export function mark(state: 'ok' | 'failed' | 'unknown'): string {
  if (state === 'ok') return styleText('green', '✓');
  return state === 'failed' ? styleText('red', '✗') : styleText('yellow', '–');
}

/** Epoch seconds as RFC 3339. */
export function instant(epochSeconds: number): string {
  return rfc3339(epochSeconds).replace('.000Z', 'Z');
}
