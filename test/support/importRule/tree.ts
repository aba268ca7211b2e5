import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { places } from './places.ts';

export const packages = ['zod', '@aws-sdk/client-s3', 'undici'] as const;

/** What every importer imports besides the packages: one file of each place, and the exceptions that the rule names. */
export const targets: readonly string[] = [
  ...places.map(({ folder }) => `${folder}/target.ts`),
  'lambdas/manifest/tables.ts',
  'lambdas/core/passwords/commonPasswords.ts',
  'lambdas/core/mail/ports.ts',
];

/** What imports every target: values, or types. */
export const importers: readonly { readonly file: string; readonly kind: 'values' | 'types' }[] = [
  ...places.flatMap(({ folder }) =>
    (['values', 'types'] as const).map((kind) => ({ file: `${folder}/${kind}.ts`, kind })),
  ),
  { file: 'lambdas/core/keys/ports.ts', kind: 'values' },
  { file: 'lambdas/core/audit/ports.ts', kind: 'types' },
];

/** One file imports the other, and the other the one; a third imports what is not there. */
const cycle = ['lambdas/contract/egg.ts', 'lambdas/contract/hen.ts'] as const;
export const oddities = { cycle, unresolved: 'test/lost.ts' } as const;

const up = (file: string) => '../'.repeat(file.split('/').length - 1);

/** A tree with a file in every place, which imports from every place, once values and once types. */
export function writeTree(root: string): void {
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  write('package.json', JSON.stringify({ dependencies: Object.fromEntries(packages.map((name) => [name, '1.0.0'])) }));
  write('tsconfig.json', JSON.stringify({ compilerOptions: { module: 'nodenext' } }));
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, '');
  }
  for (const target of targets) write(target, 'export const value = 1;\nexport type Value = number;\n');
  for (const { file, kind } of importers) {
    const own = (of: string) => targets.map((target) => `${of} '${up(file)}${target}';`);
    const values = [
      ...own('import { value } from'),
      ...packages.map((name) => `import * as all from '${name}';`),
      "import { join } from 'node:path';",
    ];
    write(file, (kind === 'values' ? values : own('import type { Value } from')).join('\n'));
  }
  const [egg, hen] = cycle;
  write(egg, "import './hen.ts';");
  write(hen, "import './egg.ts';");
  write(oddities.unresolved, "import './nowhere.ts';");
}
