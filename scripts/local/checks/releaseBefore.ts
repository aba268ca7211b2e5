import { existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startCloud } from '../cloud/cloud.ts';
import { lastLines, runCommand } from '../cloud/commands.ts';
import { ensureEmulator } from '../cloud/python.ts';
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

/**
 * Puts the files of a commit into a folder of `into`, with node modules, and returns that folder. What is there from an
 * earlier run is used again: a commit never changes.
 */
export async function checkOut(root: string, commit: string, into: string): Promise<string> {
  const folder = join(into, commit);
  if (!existsSync(folder)) {
    const archive = `${folder}.tar`;
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    demand(await git(root, 'archive', `--output=${archive}`, commit), 'git archive');
    demand(await runCommand('tar', ['-xf', archive, '-C', partial]), 'tar');
    rmSync(archive);
    renameSync(partial, folder);
  }
  await addModules(root, folder);
  return folder;
}

/** Starts a local cloud and lets the release in `folder` deploy itself into it, as `npm run up` does there. */
export async function bringUpRelease(settings: Settings, folder: string, interrupted: AbortSignal): Promise<void> {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  await ensureEmulator(settings, print);
  await startCloud(settings);
  print(`\n── the release before, ${folder} ──`);
  const { code, output } = await runCommand(process.execPath, [join(folder, 'scripts/up.ts'), '--no-demo'], {
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
}

const lockSchema = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) });

function packagesOf(folder: string): ReadonlyMap<string, string | undefined> {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')));
  return new Map(Object.entries(packages).flatMap(([path, { version }]) => (path === '' ? [] : [[path, version]])));
}

/** This tree's modules when they hold every package that the release wants, in the same version; else its own. */
async function addModules(root: string, folder: string): Promise<void> {
  const modules = join(folder, 'node_modules');
  const held = packagesOf(root);
  const shared = [...packagesOf(folder)].every(([path, version]) => held.get(path) === version);
  const isLink = lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink();
  if (shared) {
    if (isLink) return;
    rmSync(modules, { recursive: true, force: true });
    symlinkSync(join(root, 'node_modules'), modules);
    return;
  }
  if (isLink) rmSync(modules);
  if (existsSync(join(modules, '.package-lock.json'))) return;
  demand(await runCommand('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder }), 'npm ci');
}

const git = (root: string, ...args: readonly string[]) => runCommand('git', args, { cwd: root });

function demand({ code, output }: Awaited<ReturnType<typeof runCommand>>, what: string): void {
  if (code !== 0) throw new UserError(`${what} failed for the release before`, lastLines(output, 3));
}
