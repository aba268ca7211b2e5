import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** A process that outlives the script which starts it. One state folder has one of each name. */
export interface ServiceId {
  readonly name: string;
  readonly stateDir: string;
}

export interface Service extends ServiceId {
  readonly command: string;
  /** Those of `serviceArguments` are among them: by them the process is found again. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly logFile: string;
}

export interface RunningService extends ServiceId {
  readonly pid: number;
  /** Where it listens. */
  readonly ports: readonly number[];
}

/**
 * What a service is found by, in its command line: no file has to remember it, so that a state folder which was deleted
 * leaves nothing running that no command can stop.
 */
export function serviceArguments({ name, stateDir }: ServiceId, ports: readonly number[]): string[] {
  return ['--gatehouse', name, '--state-dir', stateDir, '--ports', ports.join(',')];
}

const pattern = /--gatehouse (\S+) --state-dir (.+) --ports ([\d,]+)/;

/** Starts a service in a process group of its own, its output in the log file. Returns its process id. */
export function startService(service: Service): number {
  mkdirSync(dirname(service.logFile), { recursive: true });
  const log = openSync(service.logFile, 'a', 0o600);
  const child = spawn(service.command, service.args, {
    cwd: service.cwd,
    env: service.env,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.on('error', () => {});
  child.unref();
  if (child.pid === undefined) throw new Error(`cannot start ${service.command}`);
  return child.pid;
}

/** All services of this machine that run, whatever their state folder. */
export function runningServices(): RunningService[] {
  return commandLines().flatMap(([pid, line]) => {
    const [, name, stateDir, ports] = pattern.exec(line) ?? [];
    if (name === undefined || stateDir === undefined || ports === undefined) return [];
    return [{ pid, name, stateDir, ports: ports.split(',').map(Number) }];
  });
}

export function findService({ name, stateDir }: ServiceId): RunningService | undefined {
  return runningServices().find((service) => service.name === name && service.stateDir === stateDir);
}

/** Process ids with their command lines. */
function commandLines(): [number, string][] {
  if (process.platform === 'linux') {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.map((pid) => [Number(pid), commandLine(Number(pid))]);
  }
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.map((line) => [Number.parseInt(line, 10), line.replace(/^\s*\d+\s+/, '')]);
}

/** A process's command line; empty when it has ended. */
function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return execFileSync('ps', ['-ww', '-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/** Stops a service and its children: by SIGTERM, and after five seconds by SIGKILL. Returns whether there was one. */
export async function stopService(id: ServiceId): Promise<boolean> {
  const service = findService(id);
  if (service !== undefined) await stopGroup(service.pid);
  return service !== undefined;
}

async function stopGroup(pid: number): Promise<void> {
  const line = commandLine(pid);
  signalGroup(pid, 'SIGTERM');
  for (let waited = 0; waited < 5000 && commandLine(pid) === line; waited += 50) await sleep(50);
  signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}

const recordSchema = z.object({ pid: z.int().positive(), marker: z.string().min(1) });

/** The process id of a service that an earlier version has noted in a pid file, if it runs. */
export function notedService(pidFile: string): number | undefined {
  const { data: noted } = recordSchema.safeParse(readJson(pidFile));
  return noted !== undefined && commandLine(noted.pid).includes(noted.marker) ? noted.pid : undefined;
}

/** Stops it. Returns whether there was one. */
export async function stopNoted(pidFile: string): Promise<boolean> {
  const pid = notedService(pidFile);
  if (pid !== undefined) await stopGroup(pid);
  rmSync(pidFile, { force: true });
  return pid !== undefined;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
