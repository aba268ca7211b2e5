import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';
import type { LambdaName } from '../../lambdas/contract/lambdas.ts';
import type { LambdaDefinition } from '../../lambdas/manifest/definition.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import { ownValue, type StageName } from '../../lambdas/manifest/setting.ts';
import { settings } from '../../lambdas/manifest/settings.ts';
import { addCommonPasswords } from './commonPasswords.ts';
import { isWaitedFor, lighterPackages } from './lighterPackages.ts';
import { addPasswordHash } from './passwordHash.ts';

export interface BundleRequest {
  readonly stage: StageName;
  readonly lambdaNames: readonly LambdaName[];
  /**
   * The folder in which each Lambda gets a folder of its name.
   *
   * @default `.local/bundle/<stage>`
   */
  readonly into?: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

function defaultFolder(stage: StageName): string {
  return join(root, '.local', 'bundle', stage);
}

/**
 * The folder that holds a Lambda's code once it is bundled: `index.mjs`, its source map where the stage has them, and
 * what cannot be bundled. Otherwise the map lies beside the folder, as `<name>.mjs.map`, and is not deployed.
 */
export function bundleFolder(stage: StageName, name: LambdaName): string {
  return join(defaultFolder(stage), name);
}

/**
 * Bundles the named Lambdas. The same sources give the same bytes, so that an unchanged Lambda is not deployed again.
 *
 * @throws Error with esbuild's messages when a handler does not build.
 */
export function bundle({ stage, lambdaNames, into = defaultFolder(stage) }: BundleRequest): void {
  bundleCode({ stage, lambdaNames, into });
  for (const name of lambdaNames) {
    const { setsPasswords, hashesPasswords }: LambdaDefinition = lambdas[name];
    if (setsPasswords) addCommonPasswords(root, join(into, name));
    if (hashesPasswords) addPasswordHash(root, join(into, name), stage === 'local' ? 'host' : 'lambda');
  }
}

/** As `bundle`, without what lies beside the code. */
export function bundleCode({ stage, lambdaNames, into }: Required<BundleRequest>): void {
  for (const name of lambdaNames) rmSync(join(into, name), { recursive: true, force: true });
  const { waited = [], others = [] } = Object.groupBy(lambdaNames, (name) =>
    isWaitedFor(lambdas[name]) ? 'waited' : 'others',
  );
  build({ stage, into, lambdaNames: waited, alias: lighterPackages(root, true) });
  build({ stage, into, lambdaNames: others, alias: lighterPackages(root, false) });
  if (ownValue(settings.sourceMaps, stage)) return;
  for (const name of lambdaNames) renameSync(join(into, name, 'index.mjs.map'), join(into, `${name}.mjs.map`));
}

interface Build extends Required<BundleRequest> {
  /** What is bundled in the place of packages. */
  readonly alias: Readonly<Record<string, string>>;
}

function build({ stage, into, lambdaNames, alias }: Build): void {
  if (lambdaNames.length === 0) return;
  buildSync({
    ...codeOptions(stage),
    absWorkingDir: root,
    entryPoints: lambdaNames.map((name) => ({ in: `lambdas/handlers/${name}.ts`, out: `${name}/index` })),
    outdir: into,
    alias: { ...alias },
  });
}

/** How code is bundled for Lambda, whosever it is. */
export function codeOptions(stage: StageName) {
  return {
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: ['@node-rs/argon2'],
    // Dependencies in CommonJS call `require`, which a module does not have.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    minify: stage !== 'local',
    sourcemap: ownValue(settings.sourceMaps, stage) ? 'linked' : 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
  } satisfies BuildOptions;
}
