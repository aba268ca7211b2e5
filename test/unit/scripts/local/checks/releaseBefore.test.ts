import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkOut, releaseBefore } from '../../../../../scripts/local/checks/releaseBefore.ts';

let folder: string;
let project: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-release-')));
  project = join(folder, 'project');
  mkdirSync(project);
  git(project, 'init', '--quiet');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function git(cwd: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8' }).trim();
}

function commit(lock: string): string {
  writeFileSync(join(project, 'package-lock.json'), lock);
  git(project, 'add', '--all');
  git(project, 'commit', '--quiet', '--allow-empty', '-m', lock);
  return git(project, 'rev-parse', 'HEAD');
}

function name(text: string, of = project): void {
  mkdirSync(join(of, 'test/upgrade'), { recursive: true });
  writeFileSync(join(of, 'test/upgrade/release-before'), text);
}

describe('the release before', () => {
  it('is the commit that the file names', async () => {
    const first = commit('{}');
    commit('{"second":1}');
    name(`${first}\n`);
    expect(await releaseBefore(project)).toBe(first);
  });

  it('is demanded: without the file the run fails', async () => {
    await expect(releaseBefore(project)).rejects.toThrow(/names no commit.*in full/);
  });

  it.each(['', 'HEAD', 'main', '96da0f0'])('is demanded in full, and not as "%s"', async (text) => {
    commit('{}');
    name(text);
    await expect(releaseBefore(project)).rejects.toThrow(/names no commit/);
  });

  it('is demanded: where the commit is unknown the run fails', async () => {
    commit('{}');
    name('0'.repeat(40));
    await expect(releaseBefore(project)).rejects.toThrow(/is not in this clone.*git clone/);
  });

  it('that a shallow clone lacks is fetched by one command, which is named', async () => {
    const first = commit('{}');
    commit('{"second":1}');
    const shallow = join(folder, 'shallow');
    git(folder, 'clone', '--quiet', '--depth', '1', `file://${project}`, shallow);
    name(first, shallow);
    await expect(releaseBefore(shallow)).rejects.toThrow(/git fetch --unshallow/);
    git(shallow, 'fetch', '--quiet', '--unshallow');
    expect(await releaseBefore(shallow)).toBe(first);
  });

  const lock = (...names: readonly string[]) =>
    JSON.stringify({
      packages: Object.fromEntries(names.map((name) => [`node_modules/${name}`, { version: '1.0.0' }])),
    });
  const filesOf = async (of: string, run: string) => {
    const into = join(folder, run);
    await checkOut({ root: project, commit: of, into, modulesIn: join(folder, 'modules') });
    return into;
  };

  it('is put into a folder, and shares the node modules that hold all it wants', async () => {
    const first = commit(lock('one'));
    commit(lock('one', 'another'));
    mkdirSync(join(project, 'node_modules'));
    const into = await filesOf(first, 'run');
    expect(readFileSync(join(into, 'package-lock.json'), 'utf8')).toBe(lock('one'));
    const modules = join(into, 'node_modules');
    expect(lstatSync(modules).isSymbolicLink()).toBe(true);
    expect(realpathSync(modules)).toBe(join(project, 'node_modules'));
  });

  it('has node modules of its own where this tree lacks some, installed once for runs side by side', async () => {
    writeFileSync(join(project, 'package.json'), '{}');
    const first = commit(lock('one'));
    commit(lock('another'));
    const npm = join(folder, 'bin', 'npm');
    mkdirSync(join(folder, 'bin'));
    // Stands in for `npm ci`, which removes what is there and takes a while.
    writeFileSync(
      npm,
      '#!/bin/sh\nset -e; rm -rf node_modules; mkdir node_modules; sleep 0.2; touch node_modules/one\n',
    );
    chmodSync(npm, 0o755);
    vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env['PATH']}`);
    const isWhole: boolean[] = [];
    const runs = await Promise.all(
      ['a', 'b', 'c'].map(async (run, index) => {
        await sleep(index * 80);
        const into = await filesOf(first, run);
        isWhole.push(existsSync(join(into, 'node_modules/one')));
        return into;
      }),
    );
    expect(isWhole).toEqual([true, true, true]);
    expect(new Set(runs.map((run) => realpathSync(join(run, 'node_modules')))).size).toBe(1);
    expect(new Set(runs.map((run) => realpathSync(join(run, 'package-lock.json')))).size).toBe(3);
    expect(readdirSync(join(folder, 'modules'))).toEqual([first]);
  });
});
