import { createHash } from 'node:crypto';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { lambdaNames } from '../lambdas/contract/lambdas.ts';
import { overBudget } from '../lib/bundle/budgets.ts';
import { bundleCode } from '../lib/bundle/bundle.ts';

/*
 * `node bin/bundleSizes.ts` says of each Lambda of `prod` that is larger than its budget how large it is, and fails if
 * there is one. What is bundled is kept by the content of all that goes into it.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const kept = join(root, '.local', 'bundle-sizes.json');
const keptSchema = z.object({ content: z.string(), sizes: z.record(z.string(), z.number()) });

type Sizes = z.infer<typeof keptSchema>['sizes'];

function contentOfSources(): string {
  const hash = createHash('sha256').update(process.versions.node);
  const files = globSync(['lambdas/**/*.ts', 'lib/bundle/*.ts', 'package-lock.json'], { cwd: root }).toSorted();
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function keptSizes(content: string): Sizes | undefined {
  try {
    const found = keptSchema.parse(JSON.parse(readFileSync(kept, 'utf8')));
    return found.content === content ? found.sizes : undefined;
  } catch {
    return undefined;
  }
}

function bundledSizes(content: string): Sizes {
  const into = mkdtempSync(join(tmpdir(), 'gatehouse-sizes-'));
  bundleCode({ stage: 'prod', lambdaNames, into });
  const sizes = Object.fromEntries(lambdaNames.map((name) => [name, statSync(join(into, name, 'index.mjs')).size]));
  rmSync(into, { recursive: true, force: true });
  mkdirSync(join(root, '.local'), { recursive: true });
  writeFileSync(kept, JSON.stringify({ content, sizes }));
  return sizes;
}

const content = contentOfSources();
const sizes = keptSizes(content) ?? bundledSizes(content);
const large = overBudget(sizes);
for (const line of large) console.error(line);
console.log(`${lambdaNames.length} Lambdas, ${((sizes['authorizer'] ?? 0) / 1000).toFixed(0)} KB the authorizer`);
process.exitCode = large.length > 0 ? 1 : 0;
