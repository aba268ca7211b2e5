import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { lock } from '../../../../../../bin/commands/users/import/lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const module = resolve(import.meta.dirname, '../../../../../../bin/commands/users/import/lock.ts');
/** No process has it. */
const dead = '4194305\n';

/** What becomes of another process that wants the file: `got`, or why it did not. */
async function another(file: string): Promise<string> {
  const script = `
    import { lock } from ${JSON.stringify(module)};
    try { lock(${JSON.stringify(file)}); console.log('got'); setTimeout(() => {}, 2000); }
    catch (error) { console.log(error.message); }`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', script]);
  return stdout.trim();
}

it('a file whose holder has yet to write its name is taken', async () => {
  const file = join(folder, 'just-made');
  writeFileSync(file, '');
  const other = another(file);
  for (let waited = 0; waited < 10_000 && !existsSync(`${file}.takeover`); waited += 5) await sleep(5);
  writeFileSync(file, `${process.pid}\n`);
  expect(await other).toContain(`imported already, by process ${process.pid}`);
});

it('of many that take over what a killed run has left, one gets it', async () => {
  const file = join(folder, 'left');
  writeFileSync(file, dead);
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => another(file)));
  expect(outcomes.filter((outcome) => outcome === 'got')).toHaveLength(1);
});

it('a takeover that was killed names the file to delete', () => {
  const file = join(folder, 'half');
  writeFileSync(file, dead);
  writeFileSync(`${file}.takeover`, dead);
  expect(() => lock(file)).toThrow(`delete ${file}.takeover if none is`);
  rmSync(`${file}.takeover`);
  lock(file)();
  expect(existsSync(file)).toBe(false);
});
