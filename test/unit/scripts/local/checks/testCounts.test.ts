import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addCounts, closingLine, readCounts } from '../../../../../scripts/local/checks/testCounts.ts';

let file: string;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), 'counts-')), 'report.json');
});
afterEach(() => rmSync(file, { force: true }));

const report = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1, testResults: [] };
const write = (content: unknown) => writeFileSync(file, JSON.stringify(content));

it('a report gives its counts', () => {
  write(report);
  expect(readCounts(file, 0)).toEqual({ passed: 5, failed: 0, skipped: 3 });
});

it('a file that could not be loaded is a failure', () => {
  write({ ...report, testResults: [{ status: 'failed', assertionResults: [] }] });
  expect(readCounts(file, 1)).toEqual({ passed: 5, failed: 1, skipped: 3 });
});

it('a run is a failure unless its report says otherwise', () => {
  write(report);
  expect(readCounts(file, 1).failed).toBe(1);
  expect(readCounts(`${file}.missing`, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

it('the closing line is the sum', () => {
  const sum = addCounts({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
  expect(closingLine(sum)).toBe('11 passed, 22 failed, 33 skipped');
});
