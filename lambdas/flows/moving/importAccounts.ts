import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../../core/accounts/account.ts';
import type { AccountImports } from '../../core/accounts/ports.ts';
import type { Clock } from '../../core/common/clock.ts';
import { markImported } from '../../core/hashes/importedHash.ts';
import type { HashWrapper } from '../../core/hashes/ports.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { type AccountDraft, ImportRefusal } from '../../core/moving/draft.ts';
import {
  type ImportLine,
  type ImportRules,
  importedAccount,
  type PreparedLine,
  prepareLine,
  type Seen,
} from './importLine.ts';

export interface Rejection {
  readonly line: number;
  /** A stable word. */
  readonly reason: string;
  readonly detail: string;
}

/** The outcome of the lines up to `throughLine`, from the end of the report before. */
export interface ImportReport {
  readonly throughLine: number;
  readonly imported: number;
  /** Accounts that an earlier run made. */
  readonly existing: number;
  readonly rejections: readonly Rejection[];
  /** Fields that were not imported, by name. */
  readonly ignored: ReadonlySet<string>;
}

export interface ImportAccountsDeps {
  readonly imports: AccountImports;
  /** Argon2id around a digest that is too fast to be kept. */
  readonly wrap: HashWrapper;
  readonly pepper: Pick<MacKeys, 'find'>;
  readonly clock: Clock;
}

export interface ImportOptions extends ImportRules {
  /** How many lines a transaction takes, and how many transactions run at a time. */
  readonly batchSize: number;
  readonly concurrency: number;
}

/**
 * Makes accounts of lines, each in one transaction with its event, and reports in the order of the file. A repetition
 * from the last reported line on makes no account twice: the `sub` of a line is the same in every run.
 *
 * @throws ProblemError `unavailable`; what was reported by then is done.
 */
export async function* importAccounts(
  deps: ImportAccountsDeps,
  lines: AsyncIterable<ImportLine>,
  options: ImportOptions,
): AsyncGenerator<ImportReport> {
  const running: Promise<ImportReport>[] = [];
  const seen: Seen = { addresses: new Map(), subs: new Map() };
  const begin = (batch: readonly ImportLine[]) => {
    const prepared = batch.map((line) => prepareLine(line, options, seen));
    const report = importBatch(deps, prepared, options);
    // A failure is thrown where the report is awaited in its turn, not as an unhandled rejection.
    report.catch(() => {});
    running.push(report);
  };
  let batch: ImportLine[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < options.batchSize) continue;
    begin(batch);
    batch = [];
    if (running.length >= options.concurrency) yield await next(running);
  }
  if (batch.length > 0) begin(batch);
  while (running.length > 0) yield await next(running);
}

async function next(running: Promise<ImportReport>[]): Promise<ImportReport> {
  const report = running.shift();
  if (!report) throw new Error('no batch is under way');
  return report;
}

async function importBatch(
  deps: ImportAccountsDeps,
  prepared: readonly PreparedLine[],
  options: ImportOptions,
): Promise<ImportReport> {
  const rejections: Rejection[] = [];
  const reject = (line: number, { reason, message }: ImportRefusal) =>
    rejections.push({ line, reason, detail: message });
  const accounts: { line: number; account: Account; event: AuditEvent }[] = [];
  const made = prepared.map(async (one) => {
    if ('refusal' in one) return one;
    const hash = await storedHash(deps, one.draft);
    return hash instanceof ImportRefusal ? { line: one.line, refusal: hash } : { ...one, hash };
  });
  for (const one of await Promise.all(made)) {
    if ('refusal' in one) reject(one.line, one.refusal);
    else accounts.push({ line: one.line, ...importedAccount(one, one.hash, deps.clock(), options) });
  }
  const outcomes = accounts.length === 0 ? [] : await deps.imports.create(accounts);
  for (const [index, outcome] of outcomes.entries()) {
    const refusal = refusals[outcome];
    if (refusal) reject(accounts[index]?.line ?? 0, refusal);
  }
  return {
    throughLine: prepared.at(-1)?.line ?? 0,
    imported: outcomes.filter((outcome) => outcome === 'imported').length,
    existing: outcomes.filter((outcome) => outcome === 'existing').length,
    rejections: rejections.toSorted((a, b) => a.line - b.line),
    ignored: new Set(prepared.flatMap((one) => ('draft' in one ? one.draft.ignored : []))),
  };
}

const refusals: Readonly<Record<string, ImportRefusal | undefined>> = {
  address_taken: new ImportRefusal('address_taken', 'another account has the address'),
  sub_taken: new ImportRefusal('sub_taken', 'another account has the id'),
};

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
