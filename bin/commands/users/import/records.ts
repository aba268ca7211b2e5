import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import { z } from 'zod';
import type { ImportLine } from '../../../../lambdas/flows/moving/importLine.ts';
import { CliError } from '../../support/cliError.ts';

export const shapes = ['json-lines', 'csv', 'json'] as const;
export type Shape = (typeof shapes)[number];

/** The records of a file, and the number of the last. */
export interface Records {
  readonly lines: AsyncIterable<ImportLine>;
  readonly lastLine: number;
}

const newline = 0x0a;

const shapeOfExtension: Readonly<Record<string, Shape>> = {
  '.jsonl': 'json-lines',
  '.ndjson': 'json-lines',
  '.csv': 'csv',
  '.json': 'json',
};

export function shapeOf(file: string): Shape {
  const shape = shapeOfExtension[extname(file).toLowerCase()];
  if (shape) return shape;
  throw new CliError(`${file}: its name must end in ${Object.keys(shapeOfExtension).join(', ')}`);
}

/**
 * Opens a file of records. Lines are numbered from 1; in a JSON document, records are.
 *
 * @param names what this file calls a field, and what it is called here
 */
export async function openRecords(file: string, shape: Shape, names: ReadonlyMap<string, string>): Promise<Records> {
  if (shape === 'json') return documentRecords(file, names);
  const stream = createReadStream(file);
  const lines = shape === 'csv' ? rows(stream, names) : jsonLines(stream, names);
  return { lines, lastLine: await countLines(file) };
}

async function countLines(file: string): Promise<number> {
  let count = 0;
  let last = newline;
  for await (const read of createReadStream(file)) {
    const chunk: Buffer = read;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) count++;
    last = chunk.at(-1) ?? last;
  }
  return last === newline ? count : count + 1;
}

async function* jsonLines(
  stream: NodeJS.ReadableStream,
  names: ReadonlyMap<string, string>,
): AsyncGenerator<ImportLine> {
  let line = 0;
  for await (const text of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    const content = line === 1 ? text.replace(/^\ufeff/, '') : text;
    if (content.trim() === '') continue;
    yield { line, ...jsonOf(content, names) };
  }
}

/** A row that does not fit the heading is a fault of that line alone. */
async function* rows(stream: NodeJS.ReadableStream, names: ReadonlyMap<string, string>): AsyncGenerator<ImportLine> {
  const faults: ImportLine[] = [];
  const parser = stream.pipe(
    parse({
      bom: true,
      columns: (heading: string[]) => heading.map((name) => names.get(name.trim()) ?? name.trim()),
      info: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: (error) =>
        void faults.push({ line: Number(error?.['lines'] ?? 0), fault: error?.message ?? 'not a row' }),
    }),
  );
  stream.on('error', (error) => parser.destroy(error));
  for await (const { record, info } of parser) {
    // The parser is ahead: a fault waits for the rows before it.
    while (faults[0] !== undefined && faults[0].line < info.lines) yield* faults.splice(0, 1);
    yield { line: info.lines, record };
  }
  yield* faults;
}

const documentSchema = z.union([
  z.array(z.unknown()),
  z.object({ users: z.array(z.unknown()) }).transform(({ users }) => users),
  z.object({ Users: z.array(z.unknown()) }).transform(({ Users }) => Users),
]);

async function documentRecords(file: string, names: ReadonlyMap<string, string>): Promise<Records> {
  const parsed = documentSchema.safeParse(tryJson(await readFile(file, 'utf8')));
  if (!parsed.success) throw new CliError(`${file} is no JSON array, nor an object with the array users or Users`);
  const records = parsed.data;
  async function* lines(): AsyncGenerator<ImportLine> {
    for (const [index, record] of records.entries()) yield { line: index + 1, record: renamed(record, names) };
  }
  return { lines: lines(), lastLine: records.length };
}

function jsonOf(text: string, names: ReadonlyMap<string, string>): { record: unknown } | { fault: string } {
  const record = tryJson(text);
  return record === undefined ? { fault: 'not JSON' } : { record: renamed(record, names) };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function renamed(record: unknown, names: ReadonlyMap<string, string>): unknown {
  if (names.size === 0 || typeof record !== 'object' || record === null || Array.isArray(record)) return record;
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [names.get(name) ?? name, value]));
}
