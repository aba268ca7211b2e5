import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type LambdaClient, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { lastLines, runCommand } from './commands.ts';
import type { Settings } from './settings.ts';
import { zipFolder } from './zip.ts';

/** What the bundler leaves: the archive of each function's code, with its hash. */
type Bundles = ReadonlyMap<string, { readonly archive: Buffer; readonly hash: string }>;

/** Bundles every function; that takes half a second, and says exactly which of them a change reaches. */
async function bundleAll({ root, stage }: Settings): Promise<Bundles> {
  const args = [join(root, 'bin/bundle.ts'), '--stage', stage];
  const { code, stdout, output } = await runCommand(process.execPath, args, { cwd: root });
  if (code !== 0) throw new Error(lastLines(output, 12));
  const bundles = new Map<string, { archive: Buffer; hash: string }>();
  for (const line of stdout.trim().split('\n')) {
    const [name = '', folder = ''] = line.split(' ');
    const archive = zipFolder(folder);
    bundles.set(name, { archive, hash: createHash('sha256').update(archive).digest('hex') });
  }
  return bundles;
}

export interface Reload {
  /** The functions whose code was replaced. */
  readonly replaced: readonly string[];
  readonly milliseconds: number;
}

/** Remembers what is deployed, and on each call replaces the code of the functions that a change has reached. */
export async function createReloader(
  settings: Settings,
  lambda: LambdaClient,
  functions: Readonly<Record<string, string>>,
): Promise<() => Promise<Reload>> {
  let deployed = await bundleAll(settings);
  return async () => {
    const started = performance.now();
    const bundles = await bundleAll(settings);
    const changed = [...bundles].filter(([name, { hash }]) => name in functions && deployed.get(name)?.hash !== hash);
    await Promise.all(
      changed.map(([name, { archive }]) =>
        lambda.send(new UpdateFunctionCodeCommand({ FunctionName: functions[name], ZipFile: archive })),
      ),
    );
    deployed = bundles;
    return { replaced: changed.map(([name]) => name), milliseconds: Math.round(performance.now() - started) };
  };
}
