import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runCommand } from '../cloud/commands.ts';
import { root, withoutAws } from '../settings.ts';
import { readDuplicates } from './duplicates.ts';
import { documents, ourFiles, proseFaults, sourceFiles, sourceFolders, structureFaults } from './structure.ts';
import { noTests, readCounts, type TestCounts } from './testCounts.ts';

export interface StepResult {
  readonly passed: boolean;
  /** Shown when the step did not pass. */
  readonly output: string;
  /** A few words for the list. */
  readonly summary: string;
  readonly counts: TestCounts;
}

export interface Step {
  readonly name: string;
  run(): Promise<StepResult>;
}

const tool = (name: string) => join(root, 'node_modules/.bin', name);
const env = { ...withoutAws(process.env), FORCE_COLOR: '0' };

function command(name: string, binary: string, args: readonly string[]): Step {
  return {
    name,
    run: async () => {
      const { code, output } = await runCommand(tool(binary), args, { cwd: root, env });
      return { passed: code === 0, output, summary: '', counts: noTests };
    },
  };
}

const cruiseSchema = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

/** The import rule. A tool that reads no modules finds no violations: there must be as many as there are files. */
const imports: Step = {
  name: 'import rule',
  run: async () => {
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...sourceFolders];
    const { stdout, output } = await runCommand(tool('depcruise'), args, { cwd: root, env });
    const parsed = cruiseSchema.safeParse(tryJson(stdout));
    if (!parsed.success) return { passed: false, output, summary: 'no report', counts: noTests };
    const { totalCruised, violations } = parsed.data.summary;
    const files = ourFiles(sourceFolders.map((folder) => `${folder}/**/*.ts`)).length;
    const lines = violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
    if (totalCruised < files) lines.push(`only ${totalCruised} modules were read, of ${files} files`);
    return {
      passed: lines.length === 0,
      output: lines.join('\n'),
      summary: `${totalCruised} modules`,
      counts: noTests,
    };
  },
};

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Nothing of `bin`, `lib` and `lambdas` is there twice; `.jscpd.json` says what is not looked at, and why. */
const duplicates: Step = {
  name: 'duplicates',
  run: async () => {
    const folder = join(root, '.local', 'report', 'jscpd');
    const args = ['--silent', '--reporters', 'json', '--output', folder];
    const { output } = await runCommand(tool('jscpd'), args, { cwd: root, env });
    const found = readDuplicates(join(folder, 'jscpd-report.json'));
    if (found === undefined) return { passed: false, output, summary: 'no report', counts: noTests };
    const { sources, lines } = found;
    const passed = sources > 0 && lines.length === 0;
    return { passed, output: lines.join('\n'), summary: `${sources} files`, counts: noTests };
  },
};

/** No Lambda has more code than its budget. */
const bundleSizes: Step = {
  name: 'bundle sizes',
  run: async () => {
    const { code, output } = await runCommand(process.execPath, ['bin/bundleSizes.ts'], { cwd: root, env });
    const summary = output.trim().split('\n').at(-1) ?? '';
    return { passed: code === 0, output, summary, counts: noTests };
  },
};

const structure: Step = {
  name: 'structure',
  run: async () => {
    const files = sourceFiles();
    const prose = documents();
    const faults = [...structureFaults(files), ...proseFaults(prose)];
    const passed = files.length > 0 && prose.length > 0 && faults.length === 0;
    return { passed, output: faults.join('\n'), summary: `${files.length + prose.length} files`, counts: noTests };
  },
};

/**
 * Tests of some projects. Two cores do the rest of the check meanwhile, so that half of them is taken: what one worker
 * has loaded or synthesized, a second would do again.
 */
function tests(name: string, workers: string, ...projects: readonly string[]): Step {
  return {
    name,
    run: async () => {
      const report = join(root, '.local', 'report', `${projects.join('-')}.json`);
      const chosen = projects.flatMap((project) => ['--project', project]);
      const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
      const args = ['run', ...chosen, '--passWithNoTests', `--maxWorkers=${workers}`, ...reporters];
      // The CDK leaves a folder of each synthesis in the temporary one.
      const temporary = mkdtempSync(join(tmpdir(), 'gatehouse-check-'));
      const { code, output } = await runCommand(tool('vitest'), args, {
        cwd: root,
        env: { ...env, TMPDIR: temporary },
      });
      rmSync(temporary, { recursive: true, force: true });
      const counts = readCounts(report, code);
      const { passed, failed, skipped } = counts;
      return { passed: code === 0, output, summary: `${passed} passed, ${failed} failed, ${skipped} skipped`, counts };
    },
  };
}

/** The slowest first, so that they end together, two at a time. */
export const steps: readonly Step[] = [
  tests('unit tests', '50%', 'unit'),
  tests('unit tests, alone', '50%', 'unit-alone'),
  tests('template tests', '1', 'infra'),
  // Its checkers each learn the types that they share: several take twice the work of one, and no core is free.
  command('types', '../typescript-7/bin/tsc', ['--noEmit', '--singleThreaded']),
  imports,
  command('unused code', 'knip', ['--no-progress']),
  duplicates,
  bundleSizes,
  command('format and lint', 'biome', ['check', '--error-on-warnings', '.']),
  structure,
];
