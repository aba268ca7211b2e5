import { join } from 'node:path';
import { createClients } from '../../../scripts/local/cloud/clients.ts';
import { runCommand } from '../../../scripts/local/cloud/commands.ts';
import { paths, readSettings, root } from '../../../scripts/local/settings.ts';
import { synthesize } from '../../../scripts/local/stack/cdk.ts';
import { describeDeployment, writeStackFile } from '../../../scripts/local/stack/stackFile.ts';
import { deployStack } from '../../../scripts/local/stack/up.ts';
import { stack } from '../stack/stack.ts';

/** Where the release before is checked out. */
export function folderOfBefore(): string {
  const folder = process.env['GATEHOUSE_RELEASE_BEFORE'];
  if (folder === undefined) throw new Error('the release before is not deployed: use npm test -- upgrade');
  return folder;
}

/** Runs the operator's CLI of one of the releases. Returns what it prints. */
export async function operate(release: 'before' | 'working tree', args: readonly string[]): Promise<string> {
  const cwd = release === 'before' ? folderOfBefore() : root;
  const command = [join(cwd, 'bin/gatehouse.ts'), ...args, '--stage', 'local', '--json'];
  const { code, stdout, output } = await runCommand(process.execPath, command, { cwd, env: process.env });
  if (code !== 0) throw new Error(`gatehouse ${args.join(' ')} of the ${release}: ${output}`);
  return stdout;
}

/**
 * Deploys the working tree over the release before, as `cdk deploy --all` does: the data stack, then the API stack.
 *
 * @param between what happens once the data stack is new and the API stack is not
 */
export async function deployWorkingTree<T>(between: () => Promise<T>): Promise<T> {
  const settings = readSettings();
  const clients = createClients(settings);
  const report = () => {};
  await synthesize(settings, report);
  await deployStack('data', settings, clients, report);
  const result = await between();
  await deployStack('api', settings, clients, report);
  writeStackFile(paths(settings).stackFile, { ...(await describeDeployment(settings, clients)), demo: stack().demo });
  return result;
}
