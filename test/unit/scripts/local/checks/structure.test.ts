import { describe, expect, it } from 'vitest';
import {
  documents,
  proseFaults,
  type SourceFile,
  sourceFiles,
  structureFaults,
} from '../../../../../scripts/local/checks/structure.ts';

const lines = (count: number) => 'const one = 1;\n'.repeat(count);
const files = (folder: string, count: number): SourceFile[] =>
  Array.from({ length: count }, (_, index) => ({ path: `${folder}/file${index}.ts`, text: lines(1) }));
const endpoint = { path: 'lambdas/endpoints/sessions.ts', text: lines(50) };

describe('the structure', () => {
  it('is sound up to each bound', () => {
    const wide = { path: 'lib/wide.ts', text: `${'ü'.repeat(120)}\n` };
    const hash = { path: 'test/vectors.ts', text: `const hashes = [\n  '${'x'.repeat(200)}',\n];\n` };
    const full = [...files('lambdas/core/keys', 20), ...files('lambdas/handlers', 30)];
    expect(structureFaults([endpoint, { path: 'lib/long.ts', text: lines(300) }, wide, hash, ...full])).toEqual([]);
  });

  it.each([
    ['a long file', [{ path: 'lib/long.ts', text: lines(301) }], 'lib/long.ts: 301 lines, of 300 at most'],
    [
      'a wide line, also in a comment',
      [{ path: 'scripts/wide.mjs', text: `\n// ${'x'.repeat(118)}\n` }],
      'scripts/wide.mjs:2: 121 columns, of 120 at most',
    ],
    ['a full folder', files('test/unit', 21), 'test/unit: 21 files, of 20 at most: it is two rooms'],
    [
      'an endpoint a file',
      files('lambdas/endpoints', 2),
      'lambdas/endpoints: a median of 1 lines a file, of 50 at least',
    ],
    [
      'a path that is taken for a URL',
      [{ path: 'scripts/paths.ts', text: "const folder = new URL('file://' + path);\n" }],
      'scripts/paths.ts:1: a path as a URL; use pathToFileURL or fileURLToPath',
    ],
    [
      'a URL that is taken for a path',
      [{ path: 'scripts/paths.ts', text: "const folder = new URL('.', import.meta.url).pathname;\n" }],
      'scripts/paths.ts:1: a path as a URL; use pathToFileURL or fileURLToPath',
    ],
  ])('has a fault: %s', (_, added, fault) => {
    expect(structureFaults([endpoint, ...added])).toEqual([fault]);
  });

  it('is looked for in the sources of every folder', () => {
    const folders = new Set(sourceFiles().map(({ path }) => path.split('/')[0]));
    expect([...folders].sort()).toEqual(['bench', 'bin', 'lambdas', 'lib', 'scripts', 'test']);
  });
});

describe('the prose', () => {
  const wide = 'ü'.repeat(121);
  const faultsOf = (text: string) => proseFaults([{ path: 'docs/page.md', text }]);

  it('has a fault in each wide line before and behind a code block', () => {
    const fault = (line: number) => `docs/page.md:${line}: 121 columns, of 120 at most`;
    expect(faultsOf(`${wide}\n\n\`\`\`sh\n\`\`\`\n${wide}\n`)).toEqual([fault(1), fault(5)]);
  });

  it.each([
    ['a line of 120 columns', wide.slice(1)],
    ['a table', `| a | ${wide} |`],
    ['a code block', `\`\`\`sh\n${wide}\n\`\`\``],
    ['a picture', `![${wide}](picture.svg)`],
    ['a link', `See [a page](https://${wide}) for more.`],
    ['a link that began on the line before', `page](https://${wide}).`],
  ])('is sound with %s', (_, text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  it('is looked for in the documents at the root and in every folder of docs', () => {
    const paths = documents().map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['README.md', 'docs/architecture.md']));
    expect(paths.filter((path) => path.startsWith('docs/decisions/')).length).toBeGreaterThan(20);
  });
});
