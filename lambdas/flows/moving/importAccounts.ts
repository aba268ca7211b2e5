import { importBatch } from './importBatch.ts';
import { type ImportLine, type PreparedLine, prepareLine, type Seen } from './importLine.ts';
import type { ImportAccountsDeps, ImportOptions, ImportReport } from './importRun.ts';

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
  const { wants = () => true } = options;
  const running: Promise<ImportReport>[] = [];
  const seen: Seen = { addresses: new Map(), subs: new Map() };
  const begin = (batch: readonly PreparedLine[]) => {
    const report = importBatch(deps, batch, options);
    // A failure is thrown where the report is awaited in its turn, not as an unhandled rejection.
    report.catch(() => {});
    running.push(report);
  };
  let batch: PreparedLine[] = [];
  for await (const line of lines) {
    const prepared = prepareLine(line, options, seen, deps.clock());
    if (!wants(line.line)) continue;
    batch.push(prepared);
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
