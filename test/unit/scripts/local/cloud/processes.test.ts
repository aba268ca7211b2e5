import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runningPid, type Service, startService, stopService } from '../../../../../scripts/local/cloud/processes.ts';

let folder: string;
let service: Service;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'processes-'));
  const script =
    "console.log('hello'); require('node:child_process').spawn('sleep', ['60']); setInterval(() => {}, 1000)";
  service = {
    command: process.execPath,
    args: ['-e', script, 'gatehouse-test-service'],
    cwd: folder,
    env: process.env,
    logFile: join(folder, 'log', 'a.log'),
    pidFile: join(folder, 'run', 'a.json'),
    marker: 'gatehouse-test-service',
    port: 1234,
  };
});
afterEach(async () => {
  await stopService(service.pidFile);
  rmSync(folder, { recursive: true });
});

describe('a service', () => {
  it('is found by its pid file until it is stopped, with its children', async () => {
    const pid = startService(service);
    await expect.poll(() => readFileSync(service.logFile, 'utf8')).toContain('hello');
    expect(runningPid(service.pidFile)).toBe(pid);
    expect(await stopService(service.pidFile)).toBe(true);
    expect(runningPid(service.pidFile)).toBeUndefined();
    expect(existsSync(service.pidFile)).toBe(false);
    await expect.poll(() => livingMembers(pid)).toEqual([]);
  });

  it('on another port is another service', () => {
    const pid = startService(service);
    expect([runningPid(service.pidFile, 1234), runningPid(service.pidFile, 4321)]).toEqual([pid, undefined]);
  });

  it('is not believed to be a process that has its number now, which is left alone', async () => {
    startService(service);
    await stopService(service.pidFile);
    writeFileSync(service.pidFile, JSON.stringify({ pid: process.pid, marker: service.marker, port: 1234 }));
    expect(runningPid(service.pidFile)).toBeUndefined();
    expect(await stopService(service.pidFile)).toBe(false);
  });
});

/** The states of a group's processes, without those that have ended and wait for their parent to notice. */
function livingMembers(group: number): string[] {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-g', String(group)], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').filter((state) => state !== '' && !state.startsWith('Z'));
}
