import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { type LambdaName, lambdaNames } from '../../lambdas/contract/lambdas.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import { bundleCode, codeOptions } from '../../lib/bundle/bundle.ts';
import { isWaitedFor } from '../../lib/bundle/lighterPackages.ts';
import { addPasswordHash } from '../../lib/bundle/passwordHash.ts';
import { type Bar, figureGroup, type Part } from '../common/result.ts';
import { type Contestant, inRounds } from '../common/rounds.ts';
import { summaryOf } from '../common/statistics.ts';
import { withVersion } from '../common/versions.ts';
import { environmentOf } from './environment.ts';

/** In milliseconds over an empty process. */
const bars: Readonly<Partial<Record<LambdaName, number>>> = { authorizer: 25, refresh: 40, signIn: 60 };
const barOfOthers = 90;
const leastRounds = 15;
const empty = 'an empty process';

interface Peer {
  readonly entry: string;
  readonly name: string;
}

export const part: Part = {
  title: 'Cold starts: import of the code, over an empty process',
  async run({ rounds, progress }) {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cold-starts-'));
    try {
      const names = lambdaNames.filter((name) => isWaitedFor(lambdas[name]));
      bundleCode({ stage: 'prod', lambdaNames: names, into: folder });
      addPasswordHash(join(import.meta.dirname, '../..'), folder, 'host');
      const peers = bundlePeers(folder);
      const file = (name: string) => join(folder, name, 'index.mjs');
      writeFileSync(join(folder, 'empty.mjs'), '');
      const contestants: Contestant[] = [
        { name: empty, measure: () => startOf(join(folder, 'empty.mjs'), {}) },
        ...names.map((name) => ({ name, measure: () => startOf(file(name), environmentOf(name)) })),
        ...peers.map(({ entry, name }) => ({ name, measure: () => startOf(file(entry), {}) })),
      ];
      const onRound = (round: number, of: number) => progress(`round ${round} of ${of}`);
      const measured = await inRounds(contestants, { rounds: Math.max(rounds, leastRounds), onRound });
      const over = overEmpty(measured);
      const sizes = [
        ...names.map((name) => [name, file(name)]),
        ...peers.map(({ entry, name }) => [name, file(entry)]),
      ];
      return {
        groups: [
          figureGroup({ title: 'Import', unit: 'ms', better: 'lower' }, over),
          figureGroup(
            { title: 'Code', unit: 'KB', better: 'lower' },
            new Map(sizes.map(([name = '', path = '']) => [name, [statSync(path).size / 1000]])),
          ),
        ],
        bars: names.map((name) => barOf(name, over.get(name) ?? [])),
        notes: ['Bundled alike by esbuild, minified, one file each. Each import is a process of its own.'],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** The peers as their manuals set them up, each a server that is ready to answer. */
function bundlePeers(folder: string): readonly Peer[] {
  const peers = [
    { entry: 'oidcProvider', name: withVersion('oidc-provider') },
    { entry: 'betterAuth', name: `${withVersion('better-auth')} with its OAuth provider` },
    { entry: 'openAuth', name: withVersion('@openauthjs/openauth') },
  ];
  buildSync({
    ...codeOptions('prod'),
    absWorkingDir: join(import.meta.dirname, '..'),
    entryPoints: peers.map(({ entry }) => ({ in: `peers/coldStarts/${entry}.mjs`, out: `${entry}/index` })),
    outdir: folder,
    logLevel: 'error',
  });
  return peers;
}

const script = (file: string) => `
  const began = performance.now();
  await import(${JSON.stringify(pathToFileURL(file).href)});
  process.stderr.write(String(performance.now() - began));
  process.exit();`;

/** How long a process of this Node.js takes to import the file, in milliseconds. */
async function startOf(file: string, variables: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script(file)], {
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  const ms = Number(said.split('\n').at(-1));
  if (Number.isNaN(ms)) throw new Error(`${file} does not start: ${said.slice(-2000)}`);
  return ms;
}

/** Round by round, less what an empty process took. */
function overEmpty(measured: ReadonlyMap<string, readonly number[]>): Map<string, readonly number[]> {
  const { [empty]: baseline = [], ...others } = Object.fromEntries(measured);
  return new Map(
    Object.entries(others).map(([name, rounds]) => [name, rounds.map((ms, at) => ms - (baseline[at] ?? 0))]),
  );
}

function barOf(name: LambdaName, rounds: readonly number[]): Bar {
  const bar = bars[name] ?? barOfOthers;
  return { claim: `${name}: ms of its import`, value: summaryOf(rounds).median, is: 'at most', bar };
}
