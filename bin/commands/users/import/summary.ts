import { CliError } from '../../support/cliError.ts';
import { type Output, printable } from '../../support/output.ts';
import type { Inspection } from './inspect.ts';
import type { Journal } from './journal.ts';

const noteTexts: Readonly<Record<string, string>> = {
  second_factors_left: 'without their second factors',
  hash_left: 'without their password, whose hash is not taken',
  password_added: 'were there already, and have got their password',
  differs: 'were there already, and differ from the file',
};

interface Run {
  readonly journal: Pick<Journal, 'totals' | 'triedAgain' | 'rejectsFile' | 'notesFile'>;
  readonly finishedAt: string | undefined;
  readonly inspection: Pick<Inspection, 'unsaid'>;
  /** What shows that the file is not the whole export. */
  readonly incomplete: ReadonlySet<string>;
  readonly factorsElsewhere: string | undefined;
}

/**
 * Says what became of the records, and of what the file does not hold.
 *
 * @throws CliError when anything was rejected
 */
export async function summarize(
  output: Output,
  { journal, finishedAt, inspection: { unsaid }, incomplete, factorsElsewhere }: Run,
): Promise<void> {
  const { imported, existing, rejected, ignored, notes } = journal.totals;
  const noted = Object.entries(notes);
  const saysUnsaid = factorsElsewhere !== undefined && unsaid > 0;
  await output.result(
    {
      imported,
      existing,
      rejected,
      ignored_fields: ignored,
      notes,
      ...(saysUnsaid && { second_factors_unsaid: unsaid }),
      ...(incomplete.size > 0 && { incomplete: [...incomplete] }),
      ...(finishedAt && { finished_at: finishedAt }),
      ...(journal.triedAgain > 0 && { tried_again: journal.triedAgain }),
      ...(rejected > 0 && { rejects_file: journal.rejectsFile }),
      ...(noted.length > 0 && { notes_file: journal.notesFile }),
    },
    () =>
      [
        ...(finishedAt ? [`this import was finished already, at ${finishedAt}`] : []),
        ...(journal.triedAgain > 0
          ? [`this import was finished already: ${journal.triedAgain} rejected records were tried again`]
          : []),
        `${imported} imported, ${existing} there already, ${rejected} rejected`,
        ...[...incomplete].map((reason) => `incomplete: ${reason}`),
        ...(ignored.length > 0 ? [`not imported: the fields ${ignored.map(printable).join(', ')}`] : []),
        ...noted.map(([note, count]) => `${count} ${noteTexts[note] ?? note}: see ${journal.notesFile}`),
        ...(saysUnsaid ? [`${unsaid} records do not say whether there are second factors: ${factorsElsewhere}`] : []),
      ].join('\n'),
  );
  if (rejected > 0) throw new CliError(`${rejected} records were rejected: see ${journal.rejectsFile}`);
}
