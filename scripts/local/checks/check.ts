import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { root } from '../settings.ts';
import { type Step, steps } from './checkSteps.ts';
import { addCounts, type TestCounts } from './testCounts.ts';

/**
 * Format, lint, types, import rule, unused code, unit and template tests, a few at a time. What fails is printed as it
 * fails, the rest as one line. A step that is no test and fails counts as one failed test.
 */
export async function runCheck(): Promise<TestCounts> {
  const reports = join(root, '.local', 'report');
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const waiting = [...steps];
  const all: TestCounts[] = [];
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) all.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: Math.max(2, Math.min(availableParallelism(), 4)) }, worker));
  return addCounts(...all);
}

async function runStep(step: Step): Promise<TestCounts> {
  const started = performance.now();
  const { passed, output, summary, counts } = await step.run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (!passed) process.stdout.write(`\n${output.trim()}\n\n`);
  process.stdout.write(`${passed ? '✔' : '✖'} ${step.name.padEnd(24)} ${seconds.padStart(5)} s  ${summary}\n`);
  return passed || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}
