import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { paths, type Settings, serviceEnvironment } from '../settings.ts';
import { UserError } from '../userError.ts';
import { isPortHeld } from './ports.ts';
import { findService, serviceArguments, startService } from './processes.ts';
import { portsOf, refuseTakenPorts, runningAt, stop } from './services.ts';
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
  const running = runningAt('cloud', settings) !== undefined && (await isHealthy(endpointUrl));
  if (running && frontToken(settings) !== null) return 'already running';
  await refuseTakenPorts(settings, ['cloud']);
  await stopCloud(settings);
  await isPortHeld(settings.cloudPort);
  launch(settings);
  for (let waited = 0; waited < healthTimeoutMs; waited += 100) {
    if (await isHealthy(endpointUrl)) return 'started';
    if (findService({ name: 'cloud', stateDir: settings.stateDir }) === undefined) break;
    await sleep(100);
  }
  await stopCloud(settings);
  throw new UserError('The local cloud did not start', `Read ${paths(settings).log('cloud')}, then try npm run reset`);
}

function launch(settings: Settings): void {
  const temporary = makeTemporaryFolder(settings);
  const token = randomBytes(32).toString('base64url');
  const { frontToken: tokenFile } = paths(settings);
  mkdirSync(dirname(tokenFile), { recursive: true });
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const id = { name: 'cloud', stateDir: settings.stateDir } as const;
  startService({
    ...id,
    command: venvPython(settings.venvDir),
    args: [join(import.meta.dirname, 'emulator.py'), ...serviceArguments(id, portsOf('cloud', settings))],
    cwd: settings.stateDir,
    env: { ...emulatorEnvironment(settings, temporary), GATEHOUSE_FRONT_TOKEN: token },
    logFile: paths(settings).log('cloud'),
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
    ...serviceEnvironment(settings),
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
  const stopped = await stop('cloud', settings);
  removeTemporaryFolder(settings);
  return stopped;
}

/**
 * Where the emulator unpacks the Lambdas: outside the project, whose `package.json` and `node_modules` a Lambda on AWS
 * does not find above it either. The name follows from the state folder, so that it is removed even when that is gone.
 */
function temporaryFolder({ stateDir }: Settings): string {
  return join(tmpdir(), `gatehouse-${createHash('sha256').update(stateDir).digest('hex').slice(0, 16)}`);
}

/** @throws Error when the folder cannot be made anew: another user may have made one of that name. */
function makeTemporaryFolder(settings: Settings): string {
  removeTemporaryFolder(settings);
  const folder = temporaryFolder(settings);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

function removeTemporaryFolder(settings: Settings): void {
  rmSync(temporaryFolder(settings), { recursive: true, force: true });
}
