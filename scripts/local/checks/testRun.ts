import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { leftOver } from '../cloud/commands.ts';
import { takeDown } from '../cloud/down.ts';
import { type DynamodbLocal, startDynamodbLocal } from '../cloud/dynamodbLocal.ts';
import { freePorts } from '../cloud/ports.ts';
import { stop } from '../cloud/services.ts';
import { isAlive } from '../cloud/sharedFolder.ts';
import { cloudEnvironment, paths, readSettings, root, type Settings } from '../settings.ts';
import { bringUp } from '../stack/up.ts';
import { UserError } from '../userError.ts';
import { bringUpRelease, checkOut, releaseBefore } from './releaseBefore.ts';
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

/** Runs `body` against the working tree in a local cloud of its own. */
export async function withTestCloud(
  interrupted: AbortSignal,
  body: (cloud: TestCloud) => Promise<boolean>,
): Promise<void> {
  // An endpoint of somebody else's may hold a stack already.
  const external = process.env['AWS_ENDPOINT_URL'] !== undefined;
  await withState('', external ? { prefix: 'gatehouse-test' } : {}, async (settings, dynamodbPort) => {
    const dynamodbLocal = await startDynamodbLocal(settings, dynamodbPort);
    await bringUp(settings, interrupted);
    return body({ settings, dynamodbLocal, environment: environment(settings, dynamodbLocal) });
  });
}

/**
 * Runs `body` against the release before, in a cloud of its own that is always the emulator. The suite deploys the
 * working tree over it.
 *
 * @param body gets what was printed meanwhile, since other suites may have had the terminal.
 */
export async function withReleaseBefore(
  interrupted: AbortSignal,
  body: (cloud: Omit<TestCloud, 'dynamodbLocal'>, printed: string) => Promise<boolean>,
): Promise<void> {
  const commit = await releaseBefore(root);
  await withState('-upgrade', { ownsCloud: true }, async (settings) => {
    const folder = join(settings.stateDir, 'release-before');
    await checkOut({ root, commit, into: folder, modulesIn: join(stateFolders, 'release-modules') });
    const lines: string[] = [];
    await bringUpRelease(settings, folder, interrupted, (line) => void lines.push(line));
    const cloud = { settings, environment: { ...environment(settings), GATEHOUSE_RELEASE_BEFORE: folder } };
    return body(cloud, `${lines.join('\n')}\n`);
  });
}

/**
 * Runs `body` with free ports, one of them to spare, and a state folder of its own. What it has started is always
 * stopped; the folder stays,
 * for its logs, when `body` throws or returns false.
 */
async function withState(
  suffix: string,
  overrides: Partial<Settings>,
  body: (settings: Settings, sparePort: number) => Promise<boolean>,
): Promise<void> {
  await removeAbandoned();
  const [cloudPort = 0, frontPort = 0, mailPort = 0, sparePort = 0] = await freePorts(4);
  const stateDir = join(stateFolders, `${prefix}${process.pid}${suffix}`);
  const endpointUrl = `http://127.0.0.1:${cloudPort}`;
  const ports = { cloudPort, frontPort, mailPort, ...(overrides.ownsCloud && { endpointUrl }) };
  const settings = readSettings({ stateDir, ...ports, ...overrides });
  let succeeded = false;
  try {
    mkdirSync(stateDir, { recursive: true });
    succeeded = await body(settings, sparePort);
  } finally {
    await stopAll(settings);
    if (succeeded) rmSync(stateDir, { recursive: true, force: true });
    else process.stdout.write(`The logs of this run are in ${join(stateDir, 'log')}\n`);
  }
}

function environment(settings: Settings, dynamodbLocal?: DynamodbLocal): NodeJS.ProcessEnv {
  return {
    ...cloudEnvironment(settings),
    GATEHOUSE_STACK_FILE: paths(settings).stackFile,
    GATEHOUSE_STATE_DIR: settings.stateDir,
    GATEHOUSE_PORT: String(settings.frontPort),
    GATEHOUSE_MAIL_PORT: String(settings.mailPort),
    ...(dynamodbLocal && 'endpoint' in dynamodbLocal && { GATEHOUSE_DYNAMODB_LOCAL: dynamodbLocal.endpoint }),
  };
}

async function stopAll(settings: Settings): Promise<void> {
  await Promise.all([takeDown(settings), stop('dynamodb-local', settings)]);
}

/** Stops what a killed run has left running, and removes its folder and those of runs that failed. */
async function removeAbandoned(): Promise<void> {
  mkdirSync(stateFolders, { recursive: true });
  for (const name of readdirSync(stateFolders).filter((entry) => entry.startsWith(prefix))) {
    if (isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue;
    const stateDir = join(stateFolders, name);
    await stopAll(readSettings({ stateDir }));
    rmSync(stateDir, { recursive: true, force: true });
  }
}

const running = new Set<ChildProcess>();

/** Ctrl-C and a runner's SIGTERM end the suites that run, and with them, in order, everything else. */
export function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      controller.abort(new UserError('Interrupted', 'Everything that was started has been stopped'));
      for (const child of running) child.kill('SIGTERM');
    });
  }
  return controller.signal;
}

/** Whether a project has a file whose path contains one of the filters; without filters it is run in any case. */
export function isWanted(project: string, filters: readonly string[]): boolean {
  const files = globSync(`test/${project}/**/*.test.ts`, { cwd: root });
  const parts = filters.map((filter) => filter.replace(`${root}/`, '').replace(/^\.\/|:\d+$/g, ''));
  return filters.length === 0 || files.some((file) => parts.some((part) => file.includes(part)));
}

/** Where the JSON report of a project's run is. */
export function reportFile(project: string, { settings }: Pick<TestCloud, 'settings'>): string {
  return join(settings.stateDir, 'report', `${project}.json`);
}

/** What Node.js has compiled, for the hundreds of processes that the suites start: they spend their time on loading. */
const compileCache = join(stateFolders, 'compile-cache');

export interface SuiteOptions {
  /** Takes what the processor has left over, beside another suite, and prints its output at its end. */
  readonly beside?: boolean;
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
  { beside = false }: SuiteOptions = {},
): Promise<TestCounts> {
  interrupted.throwIfAborted();
  const report = reportFile(project, cloud);
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  // By itself vitest leaves a core free; two cores would then run one file after the other.
  const options = ['run', '--project', `${project}*`, '--passWithNoTests', '--maxWorkers=100%', ...reporters];
  const title = `\n── ${project} ──\n`;
  if (!beside) process.stdout.write(title);
  const vitest = join(root, 'node_modules/.bin/vitest');
  const [command, ...before] = beside ? ([...leftOver, vitest] as const) : ([vitest] as const);
  const child = spawn(command, [...before, ...options, ...args], {
    cwd: root,
    env: { ...cloud.environment, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', beside ? 'pipe' : 'inherit', beside ? 'pipe' : 'inherit'],
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => void output.push(chunk));
  running.add(child);
  const code = await new Promise<number>((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', (status) => resolve(status ?? 1));
  });
  running.delete(child);
  interrupted.throwIfAborted();
  if (beside) process.stdout.write(`${title}${Buffer.concat(output)}`);
  return readCounts(report, code);
}
