import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const bench = join(import.meta.dirname, '..');
const manifestSchema = z.object({ version: z.string() });

/** A package with its installed version: one that the product uses, or one of `bench/package.json`. */
export function withVersion(name: string, of: 'product' | 'bench' = 'bench'): string {
  const folder = of === 'bench' ? bench : join(bench, '..');
  const text = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
  return `${name} ${manifestSchema.parse(JSON.parse(text)).version}`;
}
