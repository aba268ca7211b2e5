import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { lastLines, runCommand } from './local/cloud/commands.ts';
import { root } from './local/settings.ts';
import { runMain, UserError } from './local/userError.ts';

const folder = join(root, 'bench');

/** What is installed leaves its own lockfile behind: it says the same as ours but for the package at the top. */
function peersAreInstalled(): boolean {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const versions = (file: string) =>
    Object.entries<{ readonly version?: string; readonly optional?: boolean }>(
      JSON.parse(readFileSync(file, 'utf8')).packages,
    )
      .filter(([path, { optional }]) => path !== '' && !optional)
      .map(([path, { version }]) => `${path} ${version}`)
      .toSorted();
  return versions(installed).join() === versions(join(folder, 'package-lock.json')).join();
}

/** The peers that `bench/` compares with are no dependencies of the product: this command alone installs them. */
async function installPeers(): Promise<void> {
  if (peersAreInstalled()) return;
  process.stderr.write('Installing the peers in bench/node_modules …\n');
  const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  const { code, output } = await runCommand('npm', args, { cwd: folder });
  if (code !== 0) throw new UserError(`npm ci in bench/ failed: ${lastLines(output, 3)}`, 'Check with: npm ping');
}

/** `npm run bench` measures all parts, `npm run bench -- verification` one; `bench/main.ts` has the rest. */
await runMain(async () => {
  await installPeers();
  const child = spawn(process.execPath, [join(folder, 'main.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
  return new Promise<boolean>((resolve) => child.on('exit', (code) => resolve(code === 0)));
});
