import { runCheck } from './local/checks/check.ts';
import { closingLine } from './local/checks/testCounts.ts';
import { runMain } from './local/userError.ts';

await runMain(async () => {
  const counts = await runCheck();
  process.stdout.write(`\n${closingLine(counts)}\n`);
  return counts.failed === 0;
});
