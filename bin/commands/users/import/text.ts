import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { CliError } from '../../support/cliError.ts';

/** A line of a file: its text, or why it has none. */
export type TextLine = { readonly line: number } & ({ readonly text: string } | { readonly fault: string });

const newline = 0x0a;
const carriageReturn = 0x0d;
export const longestLine = 16 * 1024 * 1024;
const byteOrderMark = '\ufeff';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes, or undefined when they are not. */
export function utf8(bytes: Buffer): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** @throws CliError for a file that is compressed, or in UTF-16: each of its lines would be wrong. */
export async function refuseOtherEncodings(file: string): Promise<void> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    const head = buffer.subarray(0, bytesRead).toString('hex');
    if (/^(?:fffe|feff)/.test(head) || /^(?:..)?00/.test(head)) {
      throw new CliError(`${file} is in UTF-16: convert it (iconv -f UTF-16 -t UTF-8) and import what comes of it`);
    }
    if (/^(?:1f8b|504b0304)/.test(head)) throw new CliError(`${file} is compressed: unpack it first`);
  } finally {
    await handle.close();
  }
}

/**
 * The lines of a file, numbered from 1, without a byte order mark. Only a line feed ends a line, with or without a
 * carriage return before it: JSON may hold U+2028, which Node.js's `readline` takes for the end of one.
 */
export async function* linesOf(file: string): AsyncGenerator<TextLine> {
  let line = 0;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const hold = (bytes: Buffer) => {
    heldBytes += bytes.length;
    if (heldBytes <= longestLine) held.push(bytes);
  };
  const take = (): TextLine => {
    const bytes = Buffer.concat(held);
    const tooLong = heldBytes > longestLine;
    [held, heldBytes] = [[], 0];
    line++;
    if (tooLong) return { line, fault: 'a line of more than 16 MiB' };
    const text = utf8(bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes);
    if (text === undefined) return { line, fault: 'not UTF-8' };
    return { line, text: line === 1 && text.startsWith(byteOrderMark) ? text.slice(1) : text };
  };
  for await (const read of createReadStream(file)) {
    const chunk: Buffer = read;
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      hold(chunk.subarray(from, at));
      yield take();
      from = at + 1;
    }
    if (from < chunk.length) hold(chunk.subarray(from));
  }
  if (heldBytes > 0) yield take();
}
