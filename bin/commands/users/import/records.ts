import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type JsonFault, JsonRejected, parseStrictJson } from '../../../../lambdas/core/common/strictJson.ts';
import type { ImportLine } from '../../../../lambdas/flows/moving/importLine.ts';
import { CliError } from '../../support/cliError.ts';
import { accountsOf } from './accountList.ts';
import { csvRecords } from './csvRows.ts';
import type { Naming } from './naming.ts';
import { linesOf, longestLine, refuseOtherEncodings, type TextLine, utf8 } from './text.ts';

export const shapes = ['json-lines', 'csv', 'json'] as const;
export type Shape = (typeof shapes)[number];

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
 * The records of a file. Lines are numbered from 1; in a JSON document, records are.
 *
 * @throws CliError for a file of which no record can be read. It comes with the first record.
 */
export async function* openRecords(file: string, shape: Shape, naming: Naming): AsyncGenerator<ImportLine> {
  await refuseOtherEncodings(file);
  if (shape === 'csv') yield* csvRecords(linesOf(file), naming);
  else if (shape === 'json') yield* documentRecords(file, naming);
  else yield* jsonLines(linesOf(file), naming);
}

async function* jsonLines(lines: AsyncIterable<TextLine>, naming: Naming): AsyncGenerator<ImportLine> {
  let isFirst = true;
  for await (const one of lines) {
    if ('fault' in one) yield one;
    else if (one.text.trim() !== '') {
      if (isFirst && beginsArray(one.text)) {
        throw new CliError('it holds a JSON array, and no record on each line: let its name end in .json');
      }
      isFirst = false;
      yield { line: one.line, ...jsonOf(one.text, naming) };
    }
  }
}

/** Node.js holds no longer text. */
const largestDocument = 500_000_000;

async function* documentRecords(file: string, naming: Naming): AsyncGenerator<ImportLine> {
  if (statSync(file).size > largestDocument) {
    throw new CliError(`${file} is too large to be read as a whole: write a record on each line (.jsonl)`);
  }
  const whole = utf8(await readFile(file));
  if (whole === undefined) throw new CliError(`${file} is not in UTF-8`);
  const text = whole.replace(/^\ufeff/, '');
  const document = tryJson(text);
  const accounts = accountsOf(text, document, naming);
  if (accounts) {
    let line = 0;
    for (const account of accounts) yield { line: ++line, ...jsonOf(account.text, naming) };
  } else if (isRecord(document) && [...naming.names.keys(), ...naming.fields].some((name) => name in document)) {
    yield { line: 1, ...jsonOf(text, naming) };
  } else if (document === undefined && isJsonLines(text)) {
    yield* jsonLines(linesOf(file), naming);
  } else {
    throw new CliError(
      `${file} is no JSON array, nor an object with the array users or Users, nor JSON with a record on each line`,
    );
  }
}

const looked = 20;

/** Whether an array begins here that goes on in the next line, or that has records. */
function beginsArray(text: string): boolean {
  return /^\s*\[\s*(?:\{|$)/.test(text);
}

/** Auth0 writes a record on each line into a file whose name ends in `.json`. */
function isJsonLines(text: string): boolean {
  // Of a broken array, some lines may be records by themselves.
  if (beginsArray(text)) return false;
  return text
    .split('\n', looked)
    .map((line) => tryJson(line))
    .some(isRecord);
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Read = { readonly record: unknown } | { readonly fault: string };

const deepest = 32;

const jsonFaults: Readonly<Record<JsonFault, string>> = {
  syntax: 'not JSON',
  depth: 'JSON that is nested too deep',
  member: 'JSON with two members of one name',
  number: 'JSON with a number that is too large',
  surrogate: 'JSON with half of a character',
};

function jsonOf(text: string, naming: Naming): Read {
  if (text.length > longestLine) return { fault: 'a record of more than 16 MiB' };
  try {
    return renamed(parseStrictJson(text, deepest), naming);
  } catch (error) {
    if (error instanceof JsonRejected) return { fault: jsonFaults[error.fault] };
    throw error;
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function renamed(record: unknown, { names, used }: Naming): Read {
  if (names.size === 0 || !isRecord(record)) return { record };
  for (const name of Object.keys(record)) if (names.has(name)) used?.add(name);
  const members = Object.entries(record).map(([name, value]) => [names.get(name) ?? name, value] as const);
  const given = members.filter(([, value]) => value !== null).map(([name]) => name);
  const twice = given.find((name, index) => given.indexOf(name) !== index);
  if (twice !== undefined) return { fault: `two fields are ${twice}: see --map` };
  return { record: Object.fromEntries(members.filter(([name, value]) => value !== null || !given.includes(name))) };
}
