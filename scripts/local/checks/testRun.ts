import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { takeDown } from '../cloud/down.ts';
import { type DynamodbLocal, startDynamodbLocal } from '../cloud/dynamodbLocal.ts';
import { freePorts } from '../cloud/ports.ts';
import { stopService } from '../cloud/processes.ts';
import { cloudEnvironment, paths, readSettings, root, type Settings } from '../settings.ts';
import { bringUp } from '../stack/up.ts';
import { UserError } from '../userError.ts';
import { readCounts, type TestCounts } from './testCounts.ts';

const stateFolders = join(root, '.local');
const prefix = 'test-';

/** A running stack of a test run's own. */
export interface TestCloud {
  readonly settings: Settings;
  /** What the suites are run with: where the stack is, and credentials for its cloud. */
  readonly environment: NodeJS.ProcessEnv;
  readonly dynamodbLocal: DynamodbLocal;
}

/**
 * Runs `body` against a local cloud of its own, on free ports and with a state folder of its own. The cloud is always
 * stopped; the folder stays, for its logs, when `body` throws or returns false.
 */
export async function withTestCloud(
  interrupted: AbortSignal,
  body: (cloud: TestCloud) => Promise<boolean>,
): Promise<void> {
  await removeAbandoned();
  const [cloudPort = 0, frontPort = 0, mailPort = 0, dynamodbPort = 0] = await freePorts(4);
  const stateDir = join(stateFolders, `${prefix}${process.pid}`);
  // An endpoint of somebody else's may hold a stack already.
  const external = process.env['AWS_ENDPOINT_URL'] !== undefined;
  const settings = readSettings({
    stateDir,
    cloudPort,
    frontPort,
    mailPort,
    ...(external && { prefix: 'gatehouse-test' }),
  });
  let succeeded = false;
  try {
    mkdirSync(stateDir, { recursive: true });
    const dynamodbLocal = await startDynamodbLocal(settings, dynamodbPort);
    await bringUp(settings, interrupted);
    succeeded = await body({ settings, dynamodbLocal, environment: environment(settings, dynamodbLocal) });
  } finally {
    await stopAll(settings);
    if (succeeded) rmSync(stateDir, { recursive: true, force: true });
    else process.stdout.write(`The logs of this run are in ${join(stateDir, 'log')}\n`);
  }
}

function environment(settings: Settings, dynamodbLocal: DynamodbLocal): NodeJS.ProcessEnv {
  return {
    ...cloudEnvironment(settings),
    GATEHOUSE_STACK_FILE: paths(settings).stackFile,
    GATEHOUSE_STATE_DIR: settings.stateDir,
    ...('endpoint' in dynamodbLocal && { GATEHOUSE_DYNAMODB_LOCAL: dynamodbLocal.endpoint }),
  };
}

async function stopAll(settings: Settings): Promise<void> {
  await Promise.all([takeDown(settings), stopService(paths(settings).pid('dynamodb-local'))]);
}

/** Stops what a killed run has left running, and removes its folder and those of runs that failed. */
async function removeAbandoned(): Promise<void> {
  mkdirSync(stateFolders, { recursive: true });
  for (const name of readdirSync(stateFolders).filter((entry) => entry.startsWith(prefix))) {
    if (isAlive(Number(name.slice(prefix.length)))) continue;
    const stateDir = join(stateFolders, name);
    await stopAll(readSettings({ stateDir }));
    rmSync(stateDir, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

let running: ReturnType<typeof spawn> | undefined;

/** Ctrl-C and a runner's SIGTERM end the suite that runs, and with it, in order, everything else. */
export function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      controller.abort(new UserError('Interrupted', 'Everything that was started has been stopped'));
      running?.kill('SIGTERM');
    });
  }
  return controller.signal;
}

/** Where the JSON report of a project's run is. */
export function reportFile(project: string, { settings }: Pick<TestCloud, 'settings'>): string {
  return join(settings.stateDir, 'report', `${project}.json`);
}

/**
 * Runs one of vitest's projects, and those whose names begin with its name, with their output on the terminal.
 *
 * @param args vitest's: filters of files, or options.
 */
export async function runSuite(
  project: string,
  cloud: Pick<TestCloud, 'environment' | 'settings'>,
  args: readonly string[],
  interrupted: AbortSignal,
): Promise<TestCounts> {
  interrupted.throwIfAborted();
  const report = reportFile(project, cloud);
  rmSync(report, { force: true });
  const options = ['run', '--project', `${project}*`, '--passWithNoTests', '--reporter=default', '--reporter=json'];
  process.stdout.write(`\n── ${project} ──\n`);
  const child = spawn(join(root, 'node_modules/.bin/vitest'), [...options, `--outputFile.json=${report}`, ...args], {
    cwd: root,
    env: cloud.environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  running = child;
  const code = await new Promise<number>((resolve) => {
    child.on('error', () => resolve(127));
    child.on('exit', (status) => resolve(status ?? 1));
  });
  interrupted.throwIfAborted();
  return readCounts(report, code);
}
