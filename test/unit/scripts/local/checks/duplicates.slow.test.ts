import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readDuplicates } from '../../../../../scripts/local/checks/duplicates.ts';
import { runCommand } from '../../../../../scripts/local/cloud/commands.ts';
import { root } from '../../../../../scripts/local/settings.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-duplicates-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the project's own settings find in these two files. */
async function duplicatesOf(one: string, other: string) {
  const sources = join(folder, 'sources');
  mkdirSync(sources, { recursive: true });
  writeFileSync(join(sources, 'one.ts'), one);
  writeFileSync(join(sources, 'other.ts'), other);
  const args = ['--config', join(root, '.jscpd.json'), '--silent', '--reporters', 'json', '--output', folder, sources];
  await runCommand(join(root, 'node_modules/.bin/jscpd'), args, { cwd: folder });
  return readDuplicates(join(folder, 'jscpd-report.json'));
}

const names = (prefix: string) => Array.from({ length: 8 }, (_, index) => `${prefix}${index}`);
const code = names('step')
  .map((name) => `  const ${name} = await deps.${name}(input.one, input.other);\n`)
  .join('');
const imports = names('part')
  .map((name) => `import { ${name}, type Of${name} } from './${name}.ts';\n`)
  .join('');

it('six lines that stand in two files are a duplicate', async () => {
  const found = await duplicatesOf(`export async function one() {\n${code}}`, `const other = () => {\n${code}};`);
  expect(found).toMatchObject({ sources: 2, lines: [expect.stringMatching(/one\.ts:\d+-\d+ = .*other\.ts:\d+-\d+/)] });
});

it('the same imports in two files are no duplicate', async () => {
  expect(await duplicatesOf(`${imports}one();`, `${imports}other();`)).toEqual({ sources: 2, lines: [] });
});

it('the words import and imported hide no duplicate', async () => {
  const values = names('value')
    .map((name) => `  ${name}: input.${name} ?? deps.${name},\n`)
    .join('');
  const repeated = `importAccounts(imported, {\n${values}});\n`;
  const found = await duplicatesOf(`one();\n${repeated}`, `const other = 1;\n${repeated}`);
  expect(found).toMatchObject({ sources: 2, lines: [expect.stringMatching(/one\.ts:\d+-\d+ = .*other\.ts:\d+-\d+/)] });
});

it('a missing report is told from one without a duplicate', () => {
  expect(readDuplicates(join(folder, 'nothing.json'))).toBeUndefined();
});
