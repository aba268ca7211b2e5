import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findService,
  type Service,
  serviceArguments,
  startService,
  stopNoted,
  stopService,
} from '../../../../../scripts/local/cloud/processes.ts';

const script =
  "console.log('hello'); require('node:child_process').spawn('sleep', ['60']); setInterval(() => {}, 1000)";

let folder: string;
let service: Service;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'a folder #'));
  const id = { name: 'cloud', stateDir: folder };
  service = {
    ...id,
    command: process.execPath,
    args: ['-e', script, '--', ...serviceArguments(id, [1234, 1235])],
    cwd: folder,
    env: process.env,
    logFile: join(folder, 'log', 'a.log'),
  };
});
afterEach(async () => {
  await stopService(service);
  rmSync(folder, { recursive: true, force: true });
});

describe('a service', () => {
  it('is found until it is stopped, with its children', async () => {
    const pid = startService(service);
    await expect.poll(() => readFileSync(service.logFile, 'utf8')).toContain('hello');
    expect(findService(service)).toEqual({ name: 'cloud', stateDir: folder, ports: [1234, 1235], pid });
    expect(await stopService(service)).toBe(true);
    expect(findService(service)).toBeUndefined();
    await expect.poll(() => livingMembers(pid)).toEqual([]);
  });

  it('is found and stopped when its state folder has been deleted', async () => {
    const pid = startService(service);
    await expect.poll(() => findService(service)?.pid).toBe(pid);
    rmSync(folder, { recursive: true });
    expect(await stopService(service)).toBe(true);
    await expect.poll(() => livingMembers(pid)).toEqual([]);
  });

  it('of another state folder or name is another service', async () => {
    const pid = startService(service);
    await expect.poll(() => findService(service)?.pid).toBe(pid);
    expect(findService({ name: 'front', stateDir: folder })).toBeUndefined();
    expect(findService({ name: 'cloud', stateDir: folder.slice(0, -1) })).toBeUndefined();
    expect(findService({ name: 'cloud', stateDir: join(folder, 'test-1') })).toBeUndefined();
  });
});

describe('a service that an earlier version has noted in a pid file', () => {
  let old: ChildProcess;
  let pidFile: string;
  beforeEach(() => {
    old = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'old-service'], { detached: true });
    pidFile = join(folder, 'cloud.json');
    writeFileSync(pidFile, JSON.stringify({ pid: old.pid, marker: 'old-service', port: 1234 }));
  });
  afterEach(() => old.kill('SIGKILL'));

  it('is stopped', async () => {
    expect(await stopNoted(pidFile)).toBe(true);
    expect(old.signalCode ?? old.killed).not.toBe(false);
    expect(existsSync(pidFile)).toBe(false);
  });

  it('is not believed to be a process that has its number now, which is left alone', async () => {
    writeFileSync(pidFile, JSON.stringify({ pid: process.pid, marker: 'no such marker', port: 1234 }));
    expect(await stopNoted(pidFile)).toBe(false);
  });
});

/** The states of a group's processes, without those that have ended and wait for their parent to notice. */
function livingMembers(group: number): string[] {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-g', String(group)], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').filter((state) => state !== '' && !state.startsWith('Z'));
}
