import { runCheck } from './local/checks/check.ts';
import { addCounts, closingLine, noTests, type TestCounts } from './local/checks/testCounts.ts';
import {
  isWanted,
  runSuite,
  stopOnSignals,
  type TestCloud,
  withReleaseBefore,
  withTestCloud,
} from './local/checks/testRun.ts';
import { readSettings, withoutAws } from './local/settings.ts';
import { runMain } from './local/userError.ts';

const inCloud = ['integration', 'e2e', 'afterwards'];

/**
 * `npm test` is the check and the slow tests, then integration and e2e against a local cloud of its own, then the
 * upgrade of the release before in another. With arguments (`npm test -- signIn`) it is those files of all but check
 * whose path contains one of them.
 */
await runMain(async () => {
  const filters = process.argv.slice(2);
  const interrupted = stopOnSignals();
  const started = performance.now();
  let counts: TestCounts = noTests;

  const suites = async (cloud: TestCloud): Promise<boolean> => {
    if ('missing' in cloud.dynamodbLocal) {
      process.stdout.write(`Skipped: the stores against DynamoDB Local (${cloud.dynamodbLocal.missing})\n`);
      counts = addCounts(counts, { ...noTests, skipped: 1 });
    }
    for (const project of inCloud) counts = addCounts(counts, await runSuite(project, cloud, filters, interrupted));
    return counts.failed === 0;
  };
  const upgrade = async (cloud: Pick<TestCloud, 'environment' | 'settings'>): Promise<boolean> => {
    const { failed, ...rest } = await runSuite('upgrade', cloud, filters, interrupted);
    counts = addCounts(counts, { failed, ...rest });
    return failed === 0;
  };

  try {
    if (filters.length === 0) counts = await runCheck();
    const alone = { settings: readSettings(), environment: withoutAws(process.env) };
    counts = addCounts(counts, await runSuite('slow', alone, filters, interrupted));
    if (inCloud.some((project) => isWanted(project, filters))) await withTestCloud(interrupted, suites);
    if (isWanted('upgrade', filters)) await withReleaseBefore(interrupted, upgrade);
  } catch (error) {
    counts = addCounts(counts, { ...noTests, failed: 1 });
    throw error;
  } finally {
    process.stdout.write(`\nIn ${((performance.now() - started) / 1000).toFixed(0)} s:\n${closingLine(counts)}\n`);
  }
  return counts.failed === 0;
});
// After an interruption some work is still under way: this ends it.
process.exit();
