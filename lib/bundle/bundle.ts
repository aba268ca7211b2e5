import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { LambdaName } from '../../lambdas/contract/lambdas.ts';
import type { LambdaDefinition } from '../../lambdas/manifest/definition.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import { ownValue, type StageName } from '../../lambdas/manifest/setting.ts';
import { settings } from '../../lambdas/manifest/settings.ts';
import { addCommonPasswords } from './commonPasswords.ts';
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
 * Bundles the named Lambdas in one run of esbuild. The same sources give the same bytes, so that an unchanged Lambda is
 * not deployed again.
 *
 * @throws Error with esbuild's messages when a handler does not build.
 */
export function bundle({ stage, lambdaNames, into = defaultFolder(stage) }: BundleRequest): void {
  const shipsMaps = ownValue(settings.sourceMaps, stage);
  for (const name of lambdaNames) rmSync(join(into, name), { recursive: true, force: true });
  buildSync({
    absWorkingDir: root,
    entryPoints: lambdaNames.map((name) => ({ in: `lambdas/handlers/${name}.ts`, out: `${name}/index` })),
    outdir: into,
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
    sourcemap: shipsMaps ? 'linked' : 'external',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const name of lambdaNames) {
    if (!shipsMaps) renameSync(join(into, name, 'index.mjs.map'), join(into, `${name}.mjs.map`));
    const { setsPasswords, hashesPasswords }: LambdaDefinition = lambdas[name];
    if (setsPasswords) addCommonPasswords(root, join(into, name));
    if (hashesPasswords) addPasswordHash(root, join(into, name), stage === 'local' ? 'host' : 'lambda');
  }
}
