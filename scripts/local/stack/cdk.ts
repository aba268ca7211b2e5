import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { lastLines, runCommand } from '../cloud/commands.ts';
import { cloudEnvironment, paths, type Settings } from '../settings.ts';
import { UserError } from '../userError.ts';
import { describeStack } from './stacks.ts';

type Report = (line: string) => void;

/** Runs the CDK's CLI; its whole output goes to a log file, each line to `report`. */
async function cdk(settings: Settings, name: string, args: readonly string[], report: Report): Promise<void> {
  const { code, output } = await runCommand(join(settings.root, 'node_modules/.bin/cdk'), args, {
    cwd: settings.root,
    env: { ...cloudEnvironment(settings), FORCE_COLOR: '0', CDK_DISABLE_CLI_TELEMETRY: '1', CI: 'true' },
    onLine: report,
  });
  const logFile = paths(settings).log(`cdk-${name}`);
  writeFileSync(logFile, output);
  if (code === 0) return;
  const reason =
    output.split('\n').find((line) => /\[ERROR\]|^\S*Error: |❌|_FAILED/.test(line)) ?? lastLines(output, 1);
  throw new UserError(`cdk ${name} failed: ${reason.trim()}`, `The whole output is in ${logFile}`);
}

/** Makes the bucket and the roles through which the CDK deploys, once an endpoint. */
export async function bootstrap(settings: Settings, client: CloudFormationClient, report: Report): Promise<boolean> {
  if ((await describeStack(client, 'CDKToolkit'))?.status.endsWith('COMPLETE')) return false;
  const target = `aws://${settings.accountId}/${settings.region}`;
  await cdk(settings, 'bootstrap', ['bootstrap', target, '--app', '', '--no-notices'], report);
  return true;
}

/** Synthesizes the `local` stage into the state folder. Needs no cloud. */
export async function synthesize(settings: Settings, report: Report): Promise<void> {
  const { assembly } = paths(settings);
  rmSync(assembly, { recursive: true, force: true });
  const context = { stage: settings.stage, prefix: settings.prefix, issuer: settings.issuer };
  const options = Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await cdk(settings, 'synth', ['synth', '--quiet', '--no-notices', '--output', assembly, ...options], report);
}

/**
 * Deploys one of the stacks that `synthesize` left. Not by a change set: the emulator's holds no change where only
 * outputs differ, and a new export would be missing for the next stack.
 */
export async function deploy(settings: Settings, stack: string, report: Report): Promise<void> {
  const { assembly } = paths(settings);
  const how = ['--exclusively', '--method', 'direct', '--require-approval', 'never'];
  const options = [...how, '--progress', 'events', '--no-notices'];
  await cdk(settings, `deploy-${stack}`, ['deploy', stack, '--app', assembly, ...options], report);
}
