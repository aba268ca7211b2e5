import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { closingLine } from './local/checks/testCounts.ts';
import { runSuite, stopOnSignals, withTestCloud } from './local/checks/testRun.ts';
import { root } from './local/settings.ts';
import { runMain } from './local/userError.ts';

/**
 * `npm run prove` runs the long proofs of `test/prove`, against a local cloud of its own; each leaves its figures in
 * `.local/proof`, whose path the proofs find in GATEHOUSE_PROOF_DIR.
 */
await runMain(async () => {
  const interrupted = stopOnSignals();
  const proofDir = join(root, '.local', 'proof');
  mkdirSync(proofDir, { recursive: true });
  let failed = 0;
  await withTestCloud(interrupted, async (cloud) => {
    const environment = { ...cloud.environment, GATEHOUSE_PROOF_DIR: proofDir };
    const counts = await runSuite('prove', { ...cloud, environment }, process.argv.slice(2), interrupted);
    process.stdout.write(`\n${closingLine(counts)}\n`);
    failed = counts.failed;
    return failed === 0;
  });
  return failed === 0;
});
// After an interruption some work is still under way: this ends it.
process.exit();
