import type { AccountImports } from '../../core/accounts/ports.ts';
import type { Clock } from '../../core/common/clock.ts';
import type { HashWrapper } from '../../core/hashes/ports.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import type { RecordName } from '../../core/moving/recordName.ts';
import type { Note } from './guardPolicy.ts';
import type { ImportRules } from './importLine.ts';

export interface Rejection extends RecordName {
  readonly line: number;
  /** A stable word. */
  readonly reason: string;
  readonly detail: string;
}

export interface LineNote extends RecordName, Note {
  readonly line: number;
}

/** The outcome of the lines up to `throughLine`, from the end of the report before. */
export interface ImportReport {
  readonly throughLine: number;
  readonly imported: number;
  /** Accounts that were there already, for example by an earlier run. */
  readonly existing: number;
  readonly rejections: readonly Rejection[];
  /** What of the accounts imported or there already is not as the file has it. */
  readonly notes: readonly LineNote[];
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
  /**
   * Whether a line is to be imported. The others only count as what a later line repeats.
   *
   * @default every line is
   */
  readonly wants?: (line: number) => boolean;
}
