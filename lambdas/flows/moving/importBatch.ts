import { markImported } from '../../core/hashes/importedHash.ts';
import { type AccountDraft, ImportRefusal } from '../../core/moving/draft.ts';
import { meetExisting } from './existingAccounts.ts';
import type { Note } from './guardPolicy.ts';
import {
  type AcceptedLine,
  type Candidate,
  importedAccount,
  type PreparedLine,
  type RefusedLine,
} from './importLine.ts';
import type { ImportAccountsDeps, ImportOptions, ImportReport, LineNote, Rejection } from './importRun.ts';

/** Makes the accounts of some lines in as few transactions as possible. */
export async function importBatch(
  deps: ImportAccountsDeps,
  prepared: readonly PreparedLine[],
  options: ImportOptions,
): Promise<ImportReport> {
  const lines = await Promise.all(prepared.map((one) => candidate(deps, one, options)));
  const candidates = lines.filter((one): one is Candidate => 'account' in one);
  const outcomes = candidates.length === 0 ? [] : await deps.imports.create(candidates);
  const rejections = lines.filter((one): one is RefusedLine => 'refusal' in one).map(rejectionOf);
  const notes: LineNote[] = [];
  const note = ({ line, name }: AcceptedLine, all: readonly Note[]) =>
    notes.push(...all.map((one) => ({ line, ...name, ...one })));
  const existing: Candidate[] = [];
  for (const [index, { from, ...made }] of candidates.entries()) {
    const outcome = outcomes[index] ?? 'sub_taken';
    if (outcome === 'imported') note(from, from.notes);
    else if (outcome === 'existing') existing.push({ from, ...made });
    else rejections.push(rejectionOf({ ...from, refusal: refusals[outcome] }));
  }
  for (const { from, notes: more } of await meetExisting(deps, existing, options)) note(from, more);
  return {
    throughLine: prepared.at(-1)?.line ?? 0,
    imported: outcomes.filter((outcome) => outcome === 'imported').length,
    existing: existing.length,
    rejections: rejections.toSorted((a, b) => a.line - b.line),
    notes: notes.toSorted((a, b) => a.line - b.line),
    ignored: new Set(prepared.flatMap((one) => ('draft' in one ? one.draft.ignored : []))),
  };
}

const refusals = {
  address_taken: new ImportRefusal('address_taken', 'another account has the address'),
  sub_taken: new ImportRefusal('sub_taken', 'another account has the id'),
};

function rejectionOf({ line, name, refusal }: RefusedLine): Rejection {
  return { line, ...name, reason: refusal.reason, detail: refusal.message };
}

async function candidate(
  deps: ImportAccountsDeps,
  one: PreparedLine,
  options: ImportOptions,
): Promise<Candidate | RefusedLine> {
  if ('refusal' in one) return one;
  const hash = await storedHash(deps, one.draft);
  if (!(hash instanceof ImportRefusal)) return { from: one, ...importedAccount(one, hash, deps.clock(), options) };
  if (options.unreadableHashes === 'reject') return { line: one.line, name: one.name, refusal: hash };
  const notes: Note[] = [...one.notes, { note: 'hash_left', detail: `begins with a reset: ${hash.message}` }];
  const from = { ...one, notes };
  return { from, ...importedAccount(from, undefined, deps.clock(), options) };
}

async function storedHash(
  deps: ImportAccountsDeps,
  { hash }: AccountDraft,
): Promise<string | undefined | ImportRefusal> {
  if (hash === undefined) return undefined;
  if (hash.kind === 'foreign') return markImported(hash.hash);
  if (hash.kind === 'fast') return markImported(await deps.wrap(hash.inner, hash.hex));
  if (await deps.pepper.find(hash.kid)) return hash.hash;
  return new ImportRefusal('pepper_unknown', `this deployment has no pepper ${hash.kid}`);
}
