import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { table } from '../../../bin/commands/support/output.ts';
import { root } from '../settings.ts';
import { type AttackFile, type AttackRow, idsOfTest } from './attackRows.ts';

/** The tests of a row, by what became of them. */
export interface RowResult {
  readonly row: AttackRow;
  readonly passed: number;
  readonly failed: number;
}

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
});

export type Report = z.infer<typeof reportSchema>;

/**
 * @returns vitest's JSON report of these files. Without a readable report, one that says that no file could be loaded.
 */
export function readReport(file: string, paths: readonly string[]): Report {
  try {
    return reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { testResults: paths.map((path) => ({ name: join(root, path), status: 'failed', assertionResults: [] })) };
  }
}

/**
 * The rows with their tests counted over all reports. A test that was left out counts for nothing; a file that could
 * not be loaded counts as one failed test of each row it has.
 */
export function resultsOf(
  rows: readonly AttackRow[],
  files: readonly AttackFile[],
  reports: readonly Report[],
): RowResult[] {
  const outcomes = reports.flatMap(({ testResults }) => testResults.flatMap((file) => outcomesOf(file, files)));
  return rows.map((row) => {
    const own = outcomes.filter(({ ids }) => ids.includes(row.id));
    const count = (wanted: string) => own.filter(({ status }) => status === wanted).length;
    return { row, passed: count('passed'), failed: count('failed') };
  });
}

function outcomesOf({ name, status, assertionResults }: Report['testResults'][number], files: readonly AttackFile[]) {
  if (status === 'failed' && assertionResults.length === 0) {
    const path = relative(root, name);
    return [{ ids: files.find((file) => file.path === path)?.ids ?? [], status: 'failed' }];
  }
  return assertionResults.map((test) => ({ ids: idsOfTest(test.ancestorTitles, test.title), status: test.status }));
}

/** `passed`, `FAILED`, or `not covered` where no test was run; with the number of tests. */
export function verdict({ passed, failed }: RowResult): string {
  if (failed > 0) return `FAILED (${failed} of ${passed + failed})`;
  return passed > 0 ? `passed (${passed})` : 'not covered';
}

/** The results as a table for people, followed by a line of counts. */
export function attackTable(results: readonly RowResult[]): string {
  const rows = results.map((result) => {
    const { id, attack, expected } = result.row;
    return [id, cut(attack, 72), cut(expected, 46), verdict(result)];
  });
  const count = (wanted: string) => results.filter((result) => verdict(result).startsWith(wanted)).length;
  const counts = `${count('passed')} rows passed, ${count('FAILED')} failed, ${count('not')} not covered`;
  return `${table({ head: ['id', 'attack', 'expected', 'result'], rows })}\n\n${counts}`;
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
