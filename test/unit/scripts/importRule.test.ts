import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { brokenBy, brokenByPackage } from '../../support/importRule/judge.ts';
import { floors, places } from '../../support/importRule/places.ts';
import { importers, oddities, packages, targets, writeTree } from '../../support/importRule/tree.ts';

const root = resolve(import.meta.dirname, '../../..');
const config = join(root, '.dependency-cruiser.cjs');
const configSchema = z.object({ forbidden: z.array(z.object({ name: z.string() })) });
const reportSchema = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

/** What the rule finds in a tree in which every place imports from every place, as `rule: from → to`. */
describe('the import rule', () => {
  let tree: string;
  let found: string[];
  let read: number;

  beforeAll(async () => {
    tree = mkdtempSync(join(tmpdir(), 'gatehouse-imports-'));
    writeTree(tree);
    const depcruise = join(root, 'node_modules/.bin/depcruise');
    const folders = ['bin', 'lib', 'lambdas', 'scripts', 'test', 'bench', 'examples', 'packages'];
    const args = ['--config', config, '--output-type', 'json', ...folders];
    // The exit code counts what was found.
    const { stdout } = await promisify(execFile)(depcruise, args, { cwd: tree, maxBuffer: 2 ** 28 }).catch(
      (error: unknown) => z.object({ stdout: z.string() }).parse(error),
    );
    const { totalCruised, violations } = reportSchema.parse(JSON.parse(stdout)).summary;
    read = totalCruised;
    found = violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).sort();
  });
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  const expected = () => {
    const lines = [
      // A cycle is told once.
      `no-cycles: ${oddities.cycle.join(' → ')}`,
      `no-unresolvable: ${oddities.unresolved} → ./nowhere.ts`,
    ];
    for (const { file, kind } of importers) {
      for (const target of targets) {
        lines.push(...brokenBy(file, target, kind).map((rule) => `${rule}: ${file} → ${target}`));
      }
      if (kind === 'types') continue;
      for (const name of [...packages, 'path']) {
        const to = name === 'path' ? name : `node_modules/${name}/index.js`;
        lines.push(...brokenByPackage(file, name).map((rule) => `${rule}: ${file} → ${to}`));
      }
    }
    return lines.sort();
  };

  it('finds exactly the forbidden imports, each by the rule that forbids it', () => {
    expect(read).toBeGreaterThan(3 * places.length);
    expect(found).toEqual(expected());
  });

  it('holds no rule that forbids nothing here', () => {
    const { forbidden } = configSchema.parse(createRequire(import.meta.url)(config));
    const named = (line: string) => line.slice(0, line.indexOf(':'));
    expect(new Set(expected().map(named))).toEqual(new Set(forbidden.map(({ name }) => name)));
  });

  it.each(['flows', 'stores', 'clients', 'http', 'pages'])('lets %s see none of its neighbours', (floor) => {
    const above = ['flows', 'stores', 'clients', 'http', 'pages', 'endpoints', 'handlers'];
    expect(floors[floor]?.filter((seen) => above.includes(seen))).toEqual([]);
  });
});
