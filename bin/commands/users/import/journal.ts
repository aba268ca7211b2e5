import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { ImportReport } from '../../../../lambdas/flows/moving/importAccounts.ts';
import { CliError } from '../../support/cliError.ts';

const stateSchema = z.object({
  schema_version: z.literal(1),
  file_sha256: z.string(),
  /** The key that makes the `sub` of a line without an id. */
  key: z.base64url(),
  through_line: z.int(),
  imported: z.int(),
  existing: z.int(),
  rejected: z.int(),
  ignored: z.array(z.string()),
  finished: z.boolean(),
});
type State = z.infer<typeof stateSchema>;

export interface Totals {
  readonly imported: number;
  readonly existing: number;
  readonly rejected: number;
  readonly ignored: readonly string[];
}

/** What an import has done so far, on disk beside the file: the next run continues from there. */
export interface Journal {
  readonly key: Buffer;
  readonly throughLine: number;
  readonly finished: boolean;
  readonly totals: Totals;
  readonly rejectsFile: string;
  note(report: ImportReport): Promise<void>;
  finish(): void;
}

const saveEveryMs = 500;
/** Only their owner may read these files: they tell who has an account, and hold the key that makes ids. */
const mode = 0o600;

/**
 * Opens the journal of a file. A rejected line is on disk before the state that counts it. What a killed run has
 * written beyond its state is dropped here and comes again.
 *
 * @throws CliError when the file has changed since the import began.
 */
export async function openJournal(file: string, names: { state: string; rejects: string }): Promise<Journal> {
  const hash = await sha256(file);
  let state = readState(names.state) ?? firstState(hash);
  if (state.file_sha256 !== hash) {
    throw new CliError(`${file} has changed since its import began: delete ${names.state} to begin anew`);
  }
  keepRejects(names.rejects, state.through_line);
  let savedAt = 0;
  const save = (next: State) => {
    state = next;
    writeFileSync(`${names.state}.tmp`, JSON.stringify(state), { mode });
    renameSync(`${names.state}.tmp`, names.state);
    savedAt = Date.now();
  };
  save(state);
  return {
    key: Buffer.from(state.key, 'base64url'),
    get throughLine() {
      return state.through_line;
    },
    get finished() {
      return state.finished;
    },
    get totals() {
      return state;
    },
    rejectsFile: names.rejects,
    async note({ throughLine, imported, existing, rejections, ignored }) {
      const lines = rejections.map((one) => `${JSON.stringify(one)}\n`);
      if (lines.length > 0) await appendFile(names.rejects, lines.join(''), { mode });
      state = {
        ...state,
        through_line: throughLine,
        imported: state.imported + imported,
        existing: state.existing + existing,
        rejected: state.rejected + rejections.length,
        ignored: [...new Set([...state.ignored, ...ignored])],
      };
      if (Date.now() - savedAt >= saveEveryMs) save(state);
    },
    finish: () => save({ ...state, finished: true }),
  };
}

function firstState(hash: string): State {
  return {
    schema_version: 1,
    file_sha256: hash,
    key: randomBytes(32).toString('base64url'),
    through_line: 0,
    imported: 0,
    existing: 0,
    rejected: 0,
    ignored: [],
    finished: false,
  };
}

function readState(file: string): State | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new CliError(`${file} is not the state of an import: delete it to begin anew`, { cause });
  }
}

function keepRejects(file: string, throughLine: number): void {
  if (!existsSync(file)) return;
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const kept = lines.filter((line) => z.object({ line: z.int() }).parse(JSON.parse(line)).line <= throughLine);
  if (kept.length === 0) rmSync(file);
  else writeFileSync(file, kept.map((line) => `${line}\n`).join(''), { mode });
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
