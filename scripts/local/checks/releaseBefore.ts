import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { frontToken, startCloud } from '../cloud/cloud.ts';
import { lastLines, leftOver, runCommand } from '../cloud/commands.ts';
import { ensureEmulator } from '../cloud/python.ts';
import { ensureSharedFolder } from '../cloud/sharedFolder.ts';
import { watchFrontConfig, writeFrontConfig } from '../front/config.ts';
import { startFront } from '../front/service.ts';
import { cloudEnvironment, paths, type Settings } from '../settings.ts';
import { UserError } from '../userError.ts';

/** Names the commit of the release before, in full; moved forward with each release. */
const releaseFile = join('test', 'upgrade', 'release-before');

/**
 * The commit of the release before.
 *
 * @throws UserError when the file or the commit is missing: without it nothing says that an upgrade works.
 */
export async function releaseBefore(root: string): Promise<string> {
  const path = join(root, releaseFile);
  const commit = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    throw new UserError(`${releaseFile} names no commit`, 'Write the commit of the release before into it, in full');
  }
  if ((await git(root, 'cat-file', '-e', `${commit}^{commit}`)).code === 0) return commit;
  const shallow = (await git(root, 'rev-parse', '--is-shallow-repository')).stdout.trim() === 'true';
  throw new UserError(
    `The release before, ${commit}, is not in this clone`,
    shallow ? 'Fetch the whole history: git fetch --unshallow' : 'Clone the project with its whole history (git clone)',
  );
}

export interface CheckOut {
  readonly root: string;
  readonly commit: string;
  /** The folder for its files: a run's own, since the release bundles its Lambdas in there. */
  readonly into: string;
  /** Where node modules are kept for all runs. */
  readonly modulesIn: string;
}

/** Puts the files of a commit into a folder, with node modules. */
export async function checkOut({ root, commit, into, modulesIn }: CheckOut): Promise<void> {
  mkdirSync(into, { recursive: true });
  const archive = `${into}.tar`;
  demand(await git(root, 'archive', `--output=${archive}`, commit), 'git archive');
  demand(await runCommand('tar', ['-xf', archive, '-C', into]), 'tar');
  rmSync(archive);
  const modules = holdsModulesOf(root, into) ? root : await ownModules(into, join(modulesIn, commit));
  symlinkSync(join(modules, 'node_modules'), join(into, 'node_modules'));
}

/**
 * Starts a local cloud and lets the release in `folder` deploy itself into it, as `npm run up` does there, with what
 * the processor has left over beside a suite. The front is this tree's.
 *
 * @param print takes each line that the release prints.
 */
export async function bringUpRelease(
  settings: Settings,
  folder: string,
  interrupted: AbortSignal,
  print: (line: string) => void,
): Promise<void> {
  await ensureEmulator(settings, print);
  await startCloud(settings);
  print(`\n── the release before, ${folder} ──`);
  const [command, ...before] = leftOver;
  const up = [process.execPath, join(folder, 'scripts/up.ts'), '--no-demo'];
  const { code, output } = await runCommand(command, [...before, ...up], {
    cwd: folder,
    env: {
      ...cloudEnvironment(settings),
      GATEHOUSE_STATE_DIR: settings.stateDir,
      GATEHOUSE_PORT: String(settings.frontPort),
      GATEHOUSE_MAIL_PORT: String(settings.mailPort),
    },
    signal: interrupted,
    onLine: print,
  });
  interrupted.throwIfAborted();
  if (code !== 0)
    throw new UserError(
      `The release before does not come up: ${lastLines(output, 1)}`,
      `See ${paths(settings).log('up')}`,
    );
  // Its front does not show the emulator's guard that it is the front.
  const { frontFile } = paths(settings);
  writeFrontConfig(frontFile, { ...watchFrontConfig(frontFile)(), token: frontToken(settings) });
  await startFront(settings);
}

const lockSchema = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) });

function packagesOf(folder: string): ReadonlyMap<string, string | undefined> {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')));
  return new Map(Object.entries(packages).flatMap(([path, { version }]) => (path === '' ? [] : [[path, version]])));
}

/** Whether this tree's modules hold every package that the release wants, in the same version. */
function holdsModulesOf(root: string, release: string): boolean {
  const held = packagesOf(root);
  return [...packagesOf(release)].every(([path, version]) => held.get(path) === version);
}

/** Installs the modules of a release beside its lockfile in `folder`, once for all runs: a commit never changes. */
async function ownModules(release: string, folder: string): Promise<string> {
  await ensureSharedFolder({
    folder,
    isWhole: () => existsSync(folder),
    async build(partial) {
      for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(release, name), join(partial, name));
      demand(await runCommand('npm', ['ci', '--no-audit', '--no-fund'], { cwd: partial }), 'npm ci');
    },
  });
  return folder;
}

const git = (root: string, ...args: readonly string[]) => runCommand('git', args, { cwd: root });

function demand({ code, output }: Awaited<ReturnType<typeof runCommand>>, what: string): void {
  if (code !== 0) throw new UserError(`${what} failed for the release before`, lastLines(output, 3));
}
