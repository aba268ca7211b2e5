import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { addCounts, closingLine, noTests } from './local/checks/testCounts.ts';
import { isWanted, runSuite, stopOnSignals, withTestCloud } from './local/checks/testRun.ts';
import { root } from './local/settings.ts';
import { runMain } from './local/userError.ts';

/**
 * `npm run prove` runs the long proofs of `test/prove`, against a local cloud of its own; each leaves its figures in
 * `.local/proof`, whose path the proofs find in GATEHOUSE_PROOF_DIR. Then it holds the stores, over either client,
 * against every DynamoDB at hand.
 */
await runMain(async () => {
  const interrupted = stopOnSignals();
  const proofDir = join(root, '.local', 'proof');
  mkdirSync(proofDir, { recursive: true });
  const filters = process.argv.slice(2);
  let counts = noTests;
  await withTestCloud(interrupted, async (cloud) => {
    const environment = { ...cloud.environment, GATEHOUSE_PROOF_DIR: proofDir, GATEHOUSE_DATABASES: 'all' };
    for (const project of ['prove', 'integration'].filter((name) => isWanted(name, filters))) {
      counts = addCounts(counts, await runSuite(project, { ...cloud, environment }, filters, interrupted));
    }
    process.stdout.write(`\n${closingLine(counts)}\n`);
    return counts.failed === 0;
  });
  return counts.failed === 0;
});
// After an interruption some work is still under way: this ends it.
process.exit();
