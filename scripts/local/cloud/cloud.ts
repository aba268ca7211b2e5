import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { paths, type Settings, withoutAws } from '../settings.ts';
import { UserError } from '../userError.ts';
import { isPortHeld } from './ports.ts';
import { runningPid, startService, stopService } from './processes.ts';
import { venvPython } from './virtualEnvironment.ts';

const healthTimeoutMs = 30_000;

/** Whether an AWS-compatible endpoint answers. */
export async function isHealthy(endpointUrl: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/_localstack/health', endpointUrl), { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Whether an endpoint refuses what a web page sends. The emulator of an earlier version does not. */
async function isGuarded(endpointUrl: string): Promise<boolean> {
  const page = await fetch(new URL('/_localstack/health', endpointUrl), { headers: { origin: 'https://page.test' } });
  await page.body?.cancel();
  return page.status === 403;
}

/** What the front shows the emulator that was started here; null for an endpoint of somebody else's. */
export function frontToken(settings: Settings): string | null {
  try {
    return settings.ownsCloud ? readFileSync(paths(settings).frontToken, 'utf8') : null;
  } catch {
    return null;
  }
}

/** Starts the emulator unless it runs already, or checks the endpoint that was given; returns when it answers. */
export async function startCloud(settings: Settings): Promise<'started' | 'already running' | 'external'> {
  const { endpointUrl } = settings;
  if (!settings.ownsCloud) {
    if (await isHealthy(endpointUrl)) return 'external';
    throw new UserError(
      `AWS_ENDPOINT_URL is set, but nothing answers at ${endpointUrl}`,
      'Start that endpoint, or unset AWS_ENDPOINT_URL to use the emulator that comes with the project',
    );
  }
  const pidFile = paths(settings).pid('cloud');
  const running = runningPid(pidFile, settings.cloudPort) !== undefined && (await isHealthy(endpointUrl));
  if (running && (await isGuarded(endpointUrl)) && frontToken(settings) !== null) return 'already running';
  await stopCloud(settings);
  if (await isPortHeld(settings.cloudPort)) {
    throw new UserError(
      `Port ${settings.cloudPort} is taken by another program`,
      'Stop it, or choose another port with GATEHOUSE_CLOUD_PORT',
    );
  }
  launch(settings);
  for (let waited = 0; waited < healthTimeoutMs; waited += 100) {
    if (await isHealthy(endpointUrl)) return 'started';
    if (runningPid(pidFile) === undefined) break;
    await sleep(100);
  }
  await stopCloud(settings);
  throw new UserError('The local cloud did not start', `Read ${paths(settings).log('cloud')}, then try npm run reset`);
}

function launch(settings: Settings): void {
  const { log, pid } = paths(settings);
  const temporary = makeTemporaryFolder(settings);
  const token = randomBytes(32).toString('base64url');
  writeFileSync(paths(settings).frontToken, token, { mode: 0o600 });
  startService({
    command: venvPython(settings.venvDir),
    args: [join(import.meta.dirname, 'emulator.py')],
    cwd: settings.stateDir,
    env: { ...emulatorEnvironment(settings, temporary), GATEHOUSE_FRONT_TOKEN: token },
    logFile: log('cloud'),
    pidFile: pid('cloud'),
    marker: 'local/cloud/emulator.py',
    port: settings.cloudPort,
  });
}

/**
 * What the emulator, and through it every local Lambda, is started with. Its own AWS_ENDPOINT_URL must be unset, or it
 * would hand that to the Lambdas. The Node.js of `node_modules` comes first on PATH, so that Lambdas run on the version
 * they run on in AWS; NODE_PATH is where the CDK's own custom resources find the AWS SDK.
 */
function emulatorEnvironment(settings: Settings, temporary: string): NodeJS.ProcessEnv {
  const modules = join(settings.root, 'node_modules');
  return {
    ...withoutAws(process.env),
    PATH: [join(modules, '.bin'), process.env['PATH']].join(delimiter),
    NODE_PATH: modules,
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(settings.cloudPort),
    MINISTACK_HOST: 'localhost',
    MINISTACK_REGION: settings.region,
    MINISTACK_ACCOUNT_ID: settings.accountId,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
    LAMBDA_EXECUTOR: 'local',
    // Both would listen on every interface.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    // Nothing here needs Docker, and the emulator must not touch the user's containers.
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
    TMPDIR: temporary,
  };
}

export async function stopCloud(settings: Settings): Promise<boolean> {
  const stopped = await stopService(paths(settings).pid('cloud'));
  removeTemporaryFolder(settings);
  return stopped;
}

/**
 * Where the emulator unpacks the Lambdas: outside the project, whose `package.json` and `node_modules` a Lambda on AWS
 * does not find above it either. The name is noted, to be removed with the emulator.
 */
function makeTemporaryFolder(settings: Settings): string {
  removeTemporaryFolder(settings);
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  const { temporary } = paths(settings);
  mkdirSync(dirname(temporary), { recursive: true });
  writeFileSync(temporary, folder);
  return folder;
}

function removeTemporaryFolder(settings: Settings): void {
  const { temporary } = paths(settings);
  try {
    rmSync(readFileSync(temporary, 'utf8'), { recursive: true, force: true });
  } catch {
    // There was none.
  }
  rmSync(temporary, { force: true });
}
