import { existsSync } from 'node:fs';
import { sep } from 'node:path';
import { paths, type Settings } from '../settings.ts';
import { shellWord } from '../shellWord.ts';
import { UserError } from '../userError.ts';
import { isPortHeld } from './ports.ts';
import {
  findService,
  notedService,
  type RunningService,
  runningServices,
  stopNoted,
  stopService,
} from './processes.ts';

/** What one local cloud consists of, and the variables that choose where it listens. */
const services = {
  cloud: [['GATEHOUSE_CLOUD_PORT', 'cloudPort']],
  front: [
    ['GATEHOUSE_PORT', 'frontPort'],
    ['GATEHOUSE_MAIL_PORT', 'mailPort'],
  ],
} as const;
export type ServiceName = keyof typeof services;

/** For how long a port may still be taken by a service that was stopped just before. */
const patienceMs = 1000;

export function portsOf(name: ServiceName, settings: Settings): number[] {
  return services[name].map(([, port]) => settings[port]);
}

/** A service that listens where the settings want it, or undefined. */
export function runningAt(name: ServiceName, settings: Settings): RunningService | undefined {
  const service = findService({ name, stateDir: settings.stateDir });
  return service?.ports.join() === portsOf(name, settings).join() ? service : undefined;
}

/**
 * To be called before anything is stopped, made or deployed.
 *
 * @throws UserError when a port is taken by anything but this state folder's own services, which give way.
 */
export async function refuseTakenPorts(settings: Settings, names: readonly ServiceName[]): Promise<void> {
  const running = runningServices();
  const own = running.filter(({ stateDir }) => stateDir === settings.stateDir).flatMap(({ ports }) => ports);
  for (const name of names) if (notedService(paths(settings).pid(name))) own.push(...portsOf(name, settings));
  for (const [variable, which] of names.flatMap((name) => [...services[name]])) {
    const port = settings[which];
    if (own.includes(port) || !(await isPortHeld(port, patienceMs))) continue;
    throw takenPort({ port, variable, by: running.find(({ ports }) => ports.includes(port)) });
  }
}

interface TakenPort {
  readonly port: number;
  readonly variable: string;
  /** A service of another state folder; undefined when it is no service of ours. */
  readonly by: RunningService | undefined;
}

function takenPort({ port, variable, by }: TakenPort): UserError {
  const holder = by ? `the local cloud in ${by.stateDir} (pid ${by.pid})` : 'another program';
  const remedy = by ? `Stop it with ${downCommand(by)}` : 'Stop it';
  return new UserError(`Port ${port} is taken by ${holder}`, `${remedy}, or choose another port with ${variable}`);
}

function downCommand({ stateDir }: RunningService): string {
  return `GATEHOUSE_STATE_DIR=${shellWord(stateDir)} npm run down`;
}

export async function stop(name: ServiceName | 'dynamodb-local', settings: Settings): Promise<boolean> {
  const { stateDir } = settings;
  const stopped = [await stopNoted(paths(settings).pid(name)), await stopService({ name, stateDir })];
  return stopped.includes(true);
}

/** Lines about what runs in other state folders of this tree, or in folders that have been deleted. */
export function otherServices({ root, stateDir }: Settings): string {
  const others = runningServices().filter(
    (service) => service.stateDir !== stateDir && (isBelow(root, service.stateDir) || !existsSync(service.stateDir)),
  );
  const lines = others.map((service) => {
    const { name, ports, pid } = service;
    return `Also running: ${name}, port ${ports.join(' and ')}, pid ${pid}. To stop it: ${downCommand(service)}\n`;
  });
  return lines.join('');
}

function isBelow(folder: string, path: string): boolean {
  return path.startsWith(`${folder}${sep}`);
}
