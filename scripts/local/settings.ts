import { join, resolve } from 'node:path';
import { defaultPrefix } from '../../lambdas/manifest/settings.ts';
import { UserError } from './userError.ts';

/** Where one local cloud lives. Several can run side by side: other ports, another state folder. */
export interface Settings {
  readonly root: string;
  /** Certificates, pids, logs, the synthesized assembly and `stack.json`. */
  readonly stateDir: string;
  readonly venvDir: string;
  readonly cloudPort: number;
  readonly frontPort: number;
  readonly mailPort: number;
  readonly endpointUrl: string;
  /** False when `AWS_ENDPOINT_URL` names an endpoint that somebody else runs. */
  readonly ownsCloud: boolean;
  readonly issuer: string;
  readonly prefix: string;
  readonly stage: 'local';
  readonly region: 'us-east-1';
  readonly accountId: '000000000000';
}

export const root = resolve(import.meta.dirname, '../..');

function port(name: string, fallback: number): number {
  const text = process.env[name] ?? String(fallback);
  const value = Number(text);
  if (/^\d+$/.test(text) && value > 0 && value < 65_536) return value;
  throw new UserError(`${name}=${text} is not a port`, 'Set it to a number between 1 and 65535, or unset it');
}

/** The settings of `npm run up` and its siblings, from the environment; `overrides` are for tests. */
export function readSettings(overrides: Partial<Settings> = {}): Settings {
  const cloudPort = overrides.cloudPort ?? port('GATEHOUSE_CLOUD_PORT', 4566);
  const frontPort = overrides.frontPort ?? port('GATEHOUSE_PORT', 8443);
  const mailPort = overrides.mailPort ?? port('GATEHOUSE_MAIL_PORT', 8025);
  if (new Set([cloudPort, frontPort, mailPort]).size < 3) {
    throw new UserError(
      `Two of the ports ${cloudPort}, ${frontPort} and ${mailPort} are the same`,
      'Set GATEHOUSE_CLOUD_PORT, GATEHOUSE_PORT and GATEHOUSE_MAIL_PORT to different ports',
    );
  }
  const external = process.env['AWS_ENDPOINT_URL'];
  return {
    root,
    stateDir: resolve(root, process.env['GATEHOUSE_STATE_DIR'] ?? '.local'),
    venvDir: join(root, '.venv'),
    cloudPort,
    frontPort,
    mailPort,
    endpointUrl: external ?? `http://127.0.0.1:${cloudPort}`,
    ownsCloud: external === undefined,
    issuer: `https://localhost:${frontPort}`,
    prefix: defaultPrefix,
    stage: 'local',
    region: 'us-east-1',
    accountId: '000000000000',
    ...overrides,
  };
}

/** Where things are in a state folder. */
export function paths({ stateDir }: Pick<Settings, 'stateDir'>) {
  return {
    stackFile: join(stateDir, 'stack.json'),
    frontFile: join(stateDir, 'front.json'),
    frontToken: join(stateDir, 'run', 'front-token'),
    assembly: join(stateDir, 'cdk.out'),
    /** The functions whose code `npm run dev` has replaced since the last deployment. */
    replaced: join(stateDir, 'run', 'replaced-functions'),
    tls: join(stateDir, 'tls'),
    log: (name: string) => join(stateDir, 'log', `${name}.log`),
    /** What an earlier version has noted of a service that it started. */
    pid: (name: string) => join(stateDir, 'run', `${name}.json`),
  };
}

/**
 * The environment of every process that talks to the local cloud: test credentials, and nothing of the user's own AWS
 * configuration, so that no local command can reach a real account.
 */
export function cloudEnvironment(settings: Settings): NodeJS.ProcessEnv {
  return {
    ...serviceEnvironment(settings),
    AWS_ENDPOINT_URL: settings.endpointUrl,
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/**
 * The environment of what the local cloud consists of. A proxy is no way to this machine, and not every program heeds
 * `NO_PROXY`: there is none, unless the endpoint is somebody else's, which a proxy may lead to.
 */
export function serviceEnvironment({ ownsCloud }: Pick<Settings, 'ownsCloud'>): NodeJS.ProcessEnv {
  const environment = withoutAws(process.env);
  return ownsCloud ? withoutProxies(environment) : environment;
}

export function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return omit(environment, (name) => name.startsWith('AWS_') && name !== 'AWS_CA_BUNDLE');
}

/** As curl, Python and Node.js read them, and as npm hands on its own to the scripts that it runs. */
const proxyVariable = /^(npm_config_)?(https?_?|all_?|no_?)?proxy$|^NODE_USE_ENV_PROXY$/i;

function withoutProxies(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return omit(environment, (name) => proxyVariable.test(name));
}

function omit(environment: NodeJS.ProcessEnv, isOmitted: (name: string) => boolean): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isOmitted(name)));
}
