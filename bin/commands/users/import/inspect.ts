import { ImportRefusal, type ReadDraft } from '../../../../lambdas/core/moving/draft.ts';
import { looksLikeGuard } from '../../../../lambdas/core/moving/guardNames.ts';
import type { ImportLine } from '../../../../lambdas/flows/moving/importLine.ts';
import { CliError } from '../../support/cliError.ts';
import { printable } from '../../support/output.ts';

/** What a look through the whole file has found, before anything is written. */
export interface Inspection {
  readonly lastLine: number;
  readonly records: number;
  /** Records that do not say whether their account has a second factor. */
  readonly unsaid: number;
}

/**
 * Reads every record once.
 *
 * @param options.left fields that are known to be left behind
 * @throws CliError for a slip that would cost every account the same: a name that is given to a field which no record
 * has, and a field that is not imported although it may hold a password or a second factor.
 */
export async function inspectRecords(
  lines: AsyncIterable<ImportLine>,
  options: {
    readonly read: ReadDraft;
    readonly names: ReadonlyMap<string, string>;
    /** Of these, what the records have; complete once they have been read. */
    readonly used: ReadonlySet<string>;
    readonly left: ReadonlySet<string>;
  },
): Promise<Inspection> {
  const guards = new Set<string>();
  let lastLine = 0;
  let records = 0;
  let unsaid = 0;
  for await (const one of lines) {
    lastLine = one.line;
    records++;
    if ('fault' in one) continue;
    const draft = tryRead(options.read, one.record);
    for (const field of draft?.ignored ?? []) {
      if (looksLikeGuard(field) && !options.left.has(field)) guards.add(field);
    }
    if (draft && draft.factors === undefined) unsaid++;
  }
  const unused = [...options.names.keys()].filter((name) => !options.used.has(name));
  if (unused.length > 0 && records > 0) throw new CliError(`no record has ${list(unused)}: see --map`);
  if (guards.size > 0) {
    throw new CliError(
      `nothing is made of ${list([...guards])}, which may guard accounts: name what it is (--map theirs=ours), or ` +
        'leave it behind (--leave theirs)',
    );
  }
  return { lastLine, records, unsaid };
}

function tryRead(read: ReadDraft, record: unknown) {
  try {
    return read(record);
  } catch (error) {
    if (error instanceof ImportRefusal) return undefined;
    throw error;
  }
}

function list(fields: readonly string[]): string {
  return `the field${fields.length > 1 ? 's' : ''} ${fields.map(printable).join(', ')}`;
}
