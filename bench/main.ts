import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { currentLoad, loadRefusal } from './common/load.ts';
import { machineOf } from './common/machine.ts';
import { holds, type Part } from './common/result.ts';
import { leastRounds } from './common/rounds.ts';
import { asSvg } from './common/svg.ts';
import { asText } from './common/text.ts';

/** The parts, each loaded when it is run: what one imports must not be measured with another. */
const parts: Readonly<Record<string, () => Promise<{ readonly part: Part }>>> = {
  verification: () => import('./verification/part.ts'),
  coldStarts: () => import('./coldStarts/part.ts'),
  signIn: () => import('./signIn/part.ts'),
  refresh: () => import('./refresh/part.ts'),
};

const results = join(import.meta.dirname, 'results');

/** Measures the parts that are named, or all; writes a table, `results/<part>.json` and `results/<part>.svg`. */
async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { anyway: { type: 'boolean', default: false }, rounds: { type: 'string', default: String(leastRounds) } },
  });
  const unknown = positionals.find((name) => !(name in parts));
  if (unknown !== undefined) return fail(`There is no part ${unknown}. There are: ${Object.keys(parts).join(', ')}.`);
  const load = currentLoad();
  const refusal = loadRefusal(load);
  if (refusal !== undefined && !values.anyway) return fail(`${refusal}.`);

  let reached = true;
  for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
    const { part } = (await parts[name]?.()) ?? {};
    if (!part) continue;
    const progress = (line: string) => void process.stderr.write(`${name}: ${line}\n`);
    const figures = await part.run({ rounds: Number(values.rounds), progress });
    process.stdout.write(`${asText(part.title, figures)}\n\n`);
    mkdirSync(results, { recursive: true });
    const stored = { part: name, at: new Date().toISOString(), machine: machineOf(load), ...figures };
    writeFileSync(join(results, `${name}.json`), `${JSON.stringify(stored, null, 1)}\n`);
    writeFileSync(join(results, `${name}.svg`), asSvg(part.title, figures.groups));
    reached &&= figures.bars.every(holds);
  }
  return reached;
}

function fail(line: string): boolean {
  process.stderr.write(`error: ${line}\n`);
  return false;
}

process.exitCode = (await main()) ? 0 : 1;
