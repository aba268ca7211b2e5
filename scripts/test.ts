import { runCheck } from './local/checks/check.ts';
import { addCounts, closingLine, noTests, type TestCounts } from './local/checks/testCounts.ts';
import { runInOrder } from './local/checks/testOrder.ts';
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
 * `npm test` is the check, then integration and e2e against a local cloud of its own, then the upgrade of the release
 * before in another. While e2e waits, the slow tests run, and the release before is brought up. With arguments
 * (`npm test -- signIn`) it is those files of all but check whose path contains one of them.
 */
await runMain(async () => {
  const filters = process.argv.slice(2);
  const interrupted = stopOnSignals();
  const started = performance.now();
  let counts: TestCounts = noTests;
  const count = (more: TestCounts): boolean => {
    counts = addCounts(counts, more);
    return more.failed === 0;
  };
  const wanted = (project: string) => isWanted(project, filters);

  const alone = { settings: readSettings(), environment: withoutAws(process.env) };
  const suites = async (cloud: TestCloud, beforeE2e: () => void): Promise<boolean> => {
    if ('missing' in cloud.dynamodbLocal) {
      process.stdout.write(`Skipped: the stores against DynamoDB Local (${cloud.dynamodbLocal.missing})\n`);
      count({ ...noTests, skipped: 1 });
    }
    let passed = true;
    for (const project of inCloud) {
      if (project === 'e2e') beforeE2e();
      passed = count(await runSuite(project, cloud, filters, interrupted)) && passed;
    }
    return passed;
  };

  const upgrade = (others: Promise<unknown>) =>
    withReleaseBefore(interrupted, async (cloud, printed) => {
      await others;
      process.stdout.write(printed);
      return count(await runSuite('upgrade', cloud, filters, interrupted));
    });

  try {
    if (filters.length === 0) count(await runCheck());
    await runInOrder({
      inCloud: inCloud.some(wanted)
        ? (beforeE2e) => withTestCloud(interrupted, (cloud) => suites(cloud, beforeE2e))
        : undefined,
      slow: async (options) => count(await runSuite('slow', alone, filters, interrupted, options)),
      upgrade: wanted('upgrade') ? upgrade : undefined,
    });
  } catch (error) {
    count({ ...noTests, failed: 1 });
    throw error;
  } finally {
    process.stdout.write(`\nIn ${((performance.now() - started) / 1000).toFixed(0)} s:\n${closingLine(counts)}\n`);
  }
  return counts.failed === 0;
});
// After an interruption some work is still under way: this ends it.
process.exit();
