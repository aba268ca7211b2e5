import { createHash, randomBytes } from 'node:crypto';
import { constants, createReadStream, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { ImportReport } from '../../../../lambdas/flows/moving/importRun.ts';
import { CliError } from '../../support/cliError.ts';
import { lock } from './lock.ts';
import { binds, firstState, type ImportState, readState } from './state.ts';

/** What a state belongs to. */
export interface Binding {
  /** Tells the deployment from every other. */
  readonly deployment: string;
  /** What people call it; part of the names of its files when another deployment's lie there. */
  readonly label: string;
  /** Everything that changes what becomes of a line. */
  readonly options: string;
}

/** What an import has done so far, on disk beside the file: the next run continues from there. */
export interface Journal {
  readonly key: Buffer;
  readonly throughLine: number;
  /** When an earlier run has finished it, with nothing rejected that could be tried again. */
  readonly finishedAt: string | undefined;
  /** How many lines an earlier run has rejected that are tried again. */
  readonly triedAgain: number;
  readonly totals: Pick<ImportState, 'imported' | 'existing' | 'rejected' | 'notes' | 'ignored'>;
  readonly rejectsFile: string;
  readonly notesFile: string;
  /** Whether a line is still to be imported. */
  wants(line: number): boolean;
  note(report: ImportReport): Promise<void>;
  finish(): void;
  /** Saves what there is, and lets another run have the file. */
  close(): void;
}

const saveEveryMs = 500;
/** Only their owner may read these files: they tell who has an account, and hold the key that makes ids. */
const mode = 0o600;

/**
 * Opens the journal of a file for one deployment. A rejected line is on disk before the state that counts it. What a
 * killed run has written beyond its state is dropped here and comes again. Of a finished import the rejected lines are
 * tried again, and with other options every line: what was imported is there already.
 *
 * @throws CliError when the file has changed since the import began, or is being imported already.
 */
export async function openJournal(file: string, binding: Binding): Promise<Journal> {
  const hash = await sha256(file);
  const base = baseFor(file, binding);
  const names = {
    state: `${base}.import.json`,
    rejects: `${base}.rejected.jsonl`,
    notes: `${base}.notes.jsonl`,
  };
  const close = lock(`${base}.import.lock`);
  try {
    return openState(file, names, { ...binding, hash, close });
  } catch (error) {
    close();
    throw error;
  }
}

type Names = Readonly<Record<'state' | 'rejects' | 'notes', string>>;

function openState(
  file: string,
  names: Names,
  binding: Binding & { readonly hash: string; readonly close: () => void },
): Journal {
  const before = readState(names.state);
  if (before && before.file_sha256 !== binding.hash) {
    throw new CliError(`${file} has changed since its import began: delete ${names.state} to begin anew`);
  }
  let state = nextState(before, binding, () => linesIn(names.rejects));
  const only = state.only && new Set(state.only);
  const from = state.through_line;
  const wants = (line: number) => line > from && (only?.has(line) ?? true);
  let savedAt = 0;
  const save = (next: ImportState) => {
    state = next;
    replaceFile(names.state, JSON.stringify(state));
    savedAt = Date.now();
  };
  save(state);
  if (!state.finished_at) for (const name of [names.rejects, names.notes]) dropLines(name, wants);
  return {
    key: Buffer.from(state.key, 'base64url'),
    get throughLine() {
      return state.through_line;
    },
    get finishedAt() {
      return state.finished_at;
    },
    triedAgain: only?.size ?? 0,
    get totals() {
      return state;
    },
    rejectsFile: names.rejects,
    notesFile: names.notes,
    wants,
    async note({ throughLine, imported, existing, rejections, notes, ignored }) {
      await append(names.rejects, rejections);
      await append(names.notes, notes);
      state = {
        ...state,
        through_line: throughLine,
        imported: state.imported + imported,
        existing: state.existing + existing,
        rejected: state.rejected + rejections.length,
        notes: counted(
          state.notes,
          notes.map(({ note }) => note),
        ),
        ignored: [...new Set([...state.ignored, ...ignored])],
      };
      if (Date.now() - savedAt >= saveEveryMs) save(state);
    },
    finish: () => save({ ...state, finished_at: new Date().toISOString() }),
    close: () => {
      save(state);
      binding.close();
    },
  };
}

/** The state to go on from. */
function nextState(
  before: ImportState | undefined,
  binding: Binding & { readonly hash: string },
  rejectedLines: () => readonly number[],
): ImportState {
  if (!before) return firstState(binding, randomBytes(32).toString('base64url'));
  const anew = firstState(binding, before.key);
  if (before.options !== binding.options || before.deployment !== binding.deployment) return anew;
  if (!before.finished_at || before.rejected === 0) return before;
  const only = rejectedLines();
  if (only.length !== before.rejected) return anew;
  const { finished_at: _, ...rest } = before;
  return { ...rest, only: [...only], through_line: 0, rejected: 0 };
}

/** The first deployment of a file has the plain names; those of others name them. */
function baseFor(file: string, { deployment, label }: Binding): string {
  const named = `${file}.${label}-${createHash('sha256').update(deployment).digest('hex').slice(0, 8)}`;
  if (existsSync(`${named}.import.json`)) return named;
  const plain = `${file}.import.json`;
  return existsSync(plain) && !binds(plain, deployment) ? named : file;
}

const lineSchema = z.object({ line: z.int() });

function linesIn(file: string): readonly number[] {
  return writtenLines(file).flatMap((text) => lineOf(text) ?? []);
}

/** Undefined for what somebody else has written into the file. */
function lineOf(text: string): number | undefined {
  try {
    return lineSchema.parse(JSON.parse(text)).line;
  } catch {
    return undefined;
  }
}

function writtenLines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}

function dropLines(file: string, drops: (line: number) => boolean): void {
  if (!existsSync(file)) return;
  const kept = writtenLines(file).filter((text) => {
    const line = lineOf(text);
    return line !== undefined && !drops(line);
  });
  if (kept.length === 0) rmSync(file);
  else replaceFile(file, kept.map((text) => `${text}\n`).join(''));
}

/** In one step, by a file that is made anew: what somebody else has put in its place is neither written nor kept. */
function replaceFile(file: string, text: string): void {
  const next = `${file}.tmp`;
  rmSync(next, { force: true });
  writeFileSync(next, text, { mode, flag: 'wx' });
  renameSync(next, file);
}

async function append(file: string, entries: readonly object[]): Promise<void> {
  if (entries.length === 0) return;
  // What others had put there `dropLines` has replaced; a link that comes later is not followed.
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
  const handle = await open(file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, mode);
  try {
    await handle.appendFile(entries.map((one) => `${JSON.stringify(one)}\n`).join(''));
  } finally {
    await handle.close();
  }
}

function counted(before: Readonly<Record<string, number>>, names: readonly string[]): Record<string, number> {
  const counts = { ...before };
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
