import { attackTable, type Report, readReport, resultsOf } from './local/checks/attackResults.ts';
import { attackFiles, attackRows, catalogueRows } from './local/checks/attackRows.ts';
import { reportFile, runSuite, stopOnSignals, type TestCloud, withTestCloud } from './local/checks/testRun.ts';
import { readSettings, withoutAws } from './local/settings.ts';
import { runMain, UserError } from './local/userError.ts';

/** The projects that need no cloud, and those that do, in the order in which the suite runs them. */
const alone = ['unit', 'infra', 'slow'];
const inCloud = ['integration', 'e2e', 'afterwards'];

/**
 * `npm run attacks` runs every test whose title begins with a row of `test/attacks.tsv`, against a local cloud of its
 * own, and prints what became of each row. With arguments (`npm run attacks -- X L01`) only the rows that begin with
 * one of them.
 */
await runMain(async () => {
  const wanted = process.argv.slice(2);
  const isWanted = ({ id }: { id: string }) => wanted.length === 0 || wanted.some((prefix) => id.startsWith(prefix));
  const rows = attackRows().filter(isWanted);
  if (rows.length === 0) throw new UserError(`No row begins with ${wanted.join(' or ')}`, 'See test/attacks.tsv');
  const ids = rows.map(({ id }) => id);
  const files = attackFiles().filter((file) => file.ids.some((id) => ids.includes(id)));
  const interrupted = stopOnSignals();
  const reports: Report[] = [];
  let failures = 0;

  const run = async (projects: readonly string[], cloud: Pick<TestCloud, 'environment' | 'settings'>) => {
    for (const project of projects) {
      const own = files.filter((file) => file.project === project).map(({ path }) => path);
      if (own.length === 0) continue;
      const args = ['--silent', '--testNamePattern', `(^| )(${ids.join('|')})( |$)`, ...own];
      failures += (await runSuite(project, cloud, args, interrupted)).failed;
      reports.push(readReport(reportFile(project, cloud), own));
    }
    return failures === 0;
  };
  await run(alone, { settings: readSettings(), environment: withoutAws(process.env) });
  if (files.some(({ project }) => inCloud.includes(project))) {
    await withTestCloud(interrupted, (cloud) => run(inCloud, cloud));
  }
  const results = resultsOf(rows, files, reports);
  const others = (catalogueRows() ?? []).filter((row) => isWanted(row) && !ids.includes(row.id));
  process.stdout.write(`\n${attackTable([...results, ...resultsOf(others, files, reports)])}\n`);
  return failures === 0 && results.every(({ passed }) => passed > 0);
});
// After an interruption some work is still under way: this ends it.
process.exit();
