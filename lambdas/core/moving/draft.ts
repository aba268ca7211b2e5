import type { Role } from '../accounts/account.ts';
import type { HashForm } from '../hashes/makeForm.ts';

/** An account as a line of a file describes it. The import decides what the line leaves out. */
export interface AccountDraft {
  /** A `sub` to keep: a UUID. */
  readonly sub?: string | undefined;
  /** The id in the other system. The same id gives the same `sub` in every run. */
  readonly sourceId?: string | undefined;
  readonly email: string;
  readonly emailVerified?: boolean | undefined;
  /** Absent where there is no password: its owner begins with a reset. */
  readonly hash?: HashForm | undefined;
  /** There is a password, whose hash is not taken. */
  readonly hashRefusal?: ImportRefusal | undefined;
  readonly disabled?: boolean | undefined;
  readonly roles?: readonly Role[] | undefined;
  readonly tenantId?: string | undefined;
  /** Epoch seconds. */
  readonly createdAt?: number | undefined;
  /** Kinds of second factor that the account has and that do not move. Absent: the record does not say. */
  readonly factors?: readonly string[] | undefined;
  /** Fields that are not imported, by name. */
  readonly ignored: readonly string[];
}

/** Reads a record in one format. */
export type ReadDraft = (record: unknown) => AccountDraft;

/** A line that is not imported. Its reason is a stable word, its message says what is wrong with it. */
export class ImportRefusal extends Error {
  override readonly name = 'ImportRefusal';
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}
