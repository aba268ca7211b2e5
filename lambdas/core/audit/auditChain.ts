import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { type LoggedEvent, readEvent } from './loggedEvent.ts';

/**
 * One object of the audit log is one batch: gzipped JSON lines, a header and then its events. Batches of a chain are
 * numbered from 1 without a gap, and each header holds the SHA-256 of its predecessor's stored bytes, so that every
 * later batch betrays one that is changed, removed, inserted or moved. A later release may add members to the header.
 */
const headerSchema = z.looseObject({
  schema_version: z.int().check(z.positive()),
  chain: z.string().check(z.minLength(1)),
  seq: z.int().check(z.positive()),
  /** SHA-256 of the previous object's bytes, hex; null in the first. */
  previous: z.nullable(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
  event_ids: z.array(z.string()),
  created_at: z.iso.datetime({ precision: 3 }),
});

export type BatchHeader = z.infer<typeof headerSchema>;

export interface Batch {
  readonly header: BatchHeader;
  readonly events: readonly LoggedEvent[];
  /** How many of the events are of a form that this release does not know. */
  readonly unknown: number;
}

/** What is wrong with the bytes of a batch. */
export type BatchFault = 'unreadable' | 'trailing_bytes' | 'invalid_header' | 'invalid_event';

export class BatchError extends Error {
  readonly fault: BatchFault;

  constructor(fault: BatchFault, message: string) {
    super(message);
    this.name = 'BatchError';
    this.fault = fault;
  }
}

/** Far above any real batch: it stops a decompression bomb. */
const maxDecodedBytes = 256 * 1024 * 1024;

export function encodeBatch(batch: {
  readonly chain: string;
  readonly seq: number;
  readonly previous: string | null;
  readonly events: readonly LoggedEvent[];
  readonly createdAtMs: number;
}): Uint8Array {
  const header = {
    schema_version: 1,
    chain: batch.chain,
    seq: batch.seq,
    previous: batch.previous,
    event_ids: batch.events.map((event) => event.event_id),
    created_at: new Date(batch.createdAtMs).toISOString(),
  };
  return gzipSync([header, ...batch.events].map((line) => `${JSON.stringify(line)}\n`).join(''), { level: 9 });
}

/**
 * @throws BatchError unless the bytes are gzip data and nothing else, the header is valid, and each line is a valid
 * event, of this release or a later one.
 */
export function decodeBatch(bytes: Uint8Array): Batch {
  const [first, ...rest] = lines(decompress(bytes));
  const header = headerSchema.safeParse(json(first, 'invalid_header', 'the header'));
  if (!header.success)
    throw new BatchError('invalid_header', `the header is not one: ${z.prettifyError(header.error)}`);
  const read = rest.map((line, index) => decodeEvent(line, index + 1));
  return {
    header: header.data,
    events: read.map(({ event }) => event),
    unknown: read.filter(({ known }) => !known).length,
  };
}

function decodeEvent(line: string, position: number) {
  const read = readEvent(json(line, 'invalid_event', `event ${position}`));
  if (!read) throw new BatchError('invalid_event', `event ${position} is not valid`);
  return read;
}

function decompress(bytes: Uint8Array): string {
  const { text, consumed } = gunzip(bytes);
  if (consumed !== bytes.length) {
    throw new BatchError('trailing_bytes', `${bytes.length - consumed} bytes after the end of the compressed data`);
  }
  return text;
}

function gunzip(bytes: Uint8Array): { text: string; consumed: number } {
  try {
    // With `info`, Node returns the engine too, whose `bytesWritten` counts the input it took. The types do not say so.
    const result: unknown = gunzipSync(bytes, { info: true, maxOutputLength: maxDecodedBytes });
    const { buffer, engine } = z
      .object({ buffer: z.instanceof(Uint8Array), engine: z.looseObject({ bytesWritten: z.number() }) })
      .parse(result);
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(buffer), consumed: engine.bytesWritten };
  } catch (error) {
    throw new BatchError('unreadable', `does not decompress: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

/** Every line ends in a line feed, also the last: so a text that was cut is found out. */
function lines(text: string): readonly string[] {
  if (!text.endsWith('\n')) throw new BatchError('invalid_header', 'the last line is cut');
  return text.slice(0, -1).split('\n');
}

function json(line: string | undefined, fault: BatchFault, what: string): unknown {
  try {
    return JSON.parse(line ?? '');
  } catch {
    throw new BatchError(fault, `${what} is not JSON`);
  }
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const sequenceDigits = 12;
export const maxSequence = 10 ** sequenceDigits - 1;

export function chainPrefix(chain: string): string {
  return `log/${chain}/`;
}

export function batchName(seq: number): string {
  return `${String(seq).padStart(sequenceDigits, '0')}.jsonl.gz`;
}

export function batchKey(chain: string, seq: number): string {
  return chainPrefix(chain) + batchName(seq);
}

/** The sequence number in an object's name, or undefined when the name is none of the chain's. */
export function sequenceOf(name: string): number | undefined {
  const digits = /^(\d{12})\.jsonl\.gz$/.exec(name)?.[1];
  const seq = digits === undefined ? 0 : Number(digits);
  return seq > 0 ? seq : undefined;
}
