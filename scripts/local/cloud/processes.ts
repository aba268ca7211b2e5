import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const recordSchema = z.object({ pid: z.int().positive(), marker: z.string().min(1), port: z.int() });

/** A process that outlives the script which starts it. */
export interface Service {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly logFile: string;
  readonly pidFile: string;
  /** A part of the command line by which the process is recognised, since process ids are used again. */
  readonly marker: string;
  /** Where it listens. */
  readonly port: number;
}

/** Starts a service in a process group of its own, its output in the log file, and notes its id in the pid file. */
export function startService(service: Service): number {
  mkdirSync(dirname(service.logFile), { recursive: true });
  mkdirSync(dirname(service.pidFile), { recursive: true });
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
  writeFileSync(service.pidFile, JSON.stringify({ pid: child.pid, marker: service.marker, port: service.port }));
  return child.pid;
}

/**
 * The id of a running service, or undefined. With a port, the service has to listen there. A pid file that is stale,
 * for example after a reboot, does not count.
 */
export function runningPid(pidFile: string, onPort?: number): number | undefined {
  try {
    const { pid, marker, port } = recordSchema.parse(JSON.parse(readFileSync(pidFile, 'utf8')));
    if (onPort !== undefined && port !== onPort) return undefined;
    return commandLine(pid).includes(marker) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    if (process.platform === 'linux') return '';
    return execFileSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' });
  }
}

/** Stops a service and its children: by SIGTERM, and after five seconds by SIGKILL. Returns whether there was one. */
export async function stopService(pidFile: string): Promise<boolean> {
  const pid = runningPid(pidFile);
  if (pid !== undefined) {
    signalGroup(pid, 'SIGTERM');
    for (let waited = 0; waited < 5000 && runningPid(pidFile) !== undefined; waited += 50) await sleep(50);
    signalGroup(pid, 'SIGKILL');
  }
  rmSync(pidFile, { force: true });
  return pid !== undefined;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}
