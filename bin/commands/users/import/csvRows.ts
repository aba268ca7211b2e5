import { parse } from 'csv-parse/sync';
import type { ImportLine } from '../../../../lambdas/flows/moving/importLine.ts';
import { CliError } from '../../support/cliError.ts';
import { printable } from '../../support/output.ts';
import type { Naming } from './naming.ts';
import type { TextLine } from './text.ts';

/** How many lines a cell in quotes may go on for. A quote that does not close within them is a slip. */
const longestRow = 200;

/** The cells of a row, or why it has none, at the line where it begins. */
type Row = { readonly line: number } & ({ readonly cells: readonly string[] } | { readonly fault: string });

/**
 * The rows of CSV (RFC 4180). A quote that never closes costs the line where it opens, and not the rest of the file:
 * the lines after it are read as rows of their own.
 */
async function* rowsOf(lines: AsyncIterable<TextLine>): AsyncGenerator<Row> {
  let open: TextLine[] = [];
  for await (const line of lines) {
    open.push(line);
    open = yield* closed(open, { isLast: false });
  }
  while (open.length > 0) open = yield* closed(open, { isLast: true });
}

/** Takes the rows that are complete from the front of some lines. @returns the lines of a row that goes on. */
function* closed(given: TextLine[], { isLast }: { isLast: boolean }): Generator<Row, TextLine[]> {
  let lines = given;
  while (lines[0] !== undefined) {
    const [first, ...rest] = lines;
    const length = rowLength(lines);
    if ('fault' in first) yield first;
    else if (length !== undefined) {
      const row = parseRow(lines.slice(0, length));
      if (row) {
        yield row;
        lines = lines.slice(length);
        continue;
      }
      yield { line: first.line, fault: 'a quote in the middle of a cell, or text after one' };
    } else if (!isLast && lines.length < longestRow) return lines;
    else yield { line: first.line, fault: 'a quote that opens in this line never closes' };
    lines = rest;
  }
  return [];
}

/** How many lines the first row takes: up to where the quotes in it are even. Undefined while they are not. */
function rowLength(lines: readonly TextLine[]): number | undefined {
  let quotes = 0;
  for (const [index, line] of lines.entries()) {
    if ('fault' in line) return undefined;
    quotes += line.text.split('"').length - 1;
    if (quotes % 2 === 0) return index + 1;
  }
  return undefined;
}

function parseRow(lines: readonly TextLine[]): Row | undefined {
  const text = lines.map((one) => ('text' in one ? one.text : '')).join('\n');
  const line = lines[0]?.line ?? 0;
  if (!text.includes('"')) return { line, cells: text.split(',') };
  try {
    const rows: string[][] = parse(text, { relax_column_count: true });
    return rows.length === 1 && rows[0] ? { line, cells: rows[0] } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The records of CSV, by the names that its first row gives the cells.
 *
 * @param options.fields a heading may have them in any case
 * @throws CliError for a heading without `email`, or with two columns of one name: every row would be wrong.
 */
export async function* csvRecords(lines: AsyncIterable<TextLine>, options: Naming): AsyncGenerator<ImportLine> {
  let heading: readonly string[] | undefined;
  for await (const row of rowsOf(lines)) {
    if ('cells' in row && row.cells.every((cell) => cell.trim() === '')) continue;
    if (heading === undefined) heading = readHeading(row, options);
    else if ('fault' in row) yield row;
    else if (row.cells.length === heading.length) yield { line: row.line, record: recordOf(heading, row.cells) };
    else yield { line: row.line, fault: `${row.cells.length} cells, where the heading has ${heading.length}` };
  }
}

function recordOf(heading: readonly string[], cells: readonly string[]): Record<string, string> {
  return Object.fromEntries(heading.map((name, index) => [name, cells[index] ?? '']));
}

function readHeading(row: Row, { names, fields, used }: Naming): readonly string[] {
  if ('fault' in row) throw new CliError(`line ${row.line}, the heading, cannot be read: ${row.fault}`);
  if (row.cells.some((cell) => cell.includes('\r'))) throw new CliError('its lines end in carriage returns alone');
  const theirs = row.cells.map((cell) => cell.trim());
  for (const name of theirs) if (names.has(name)) used?.add(name);
  const absent = [...names.keys()].find((name) => !theirs.includes(name));
  const heading = theirs.map((name, index) => {
    const lower = name.toLowerCase();
    return names.get(name) ?? (fields.includes(lower) ? lower : name || `column ${index + 1}`);
  });
  if (!heading.includes('email')) throw new CliError(noAddress(theirs));
  if (absent !== undefined) throw new CliError(`no column is called ${printable(absent)}: see --map`);
  const twice = heading.find((name, index) => heading.indexOf(name) !== index);
  if (twice !== undefined) throw new CliError(`two columns are called ${printable(twice)}: leave one of them away`);
  return heading;
}

function noAddress(theirs: readonly string[]): string {
  const delimiter = [';', '\t', '|'].find((one) => theirs.some((cell) => cell.includes(one)));
  if (delimiter !== undefined) {
    const name = delimiter === '\t' ? 'tabs' : delimiter;
    return `the columns of the heading seem to be separated by ${name}: separate them by commas`;
  }
  if (theirs.some((cell) => cell.includes('@'))) return 'the first line is a row: a heading has to come before it';
  const found = theirs.map(printable).join(', ');
  return `no column of the heading is called email, but ${found}: name it with --map theirs=email`;
}
