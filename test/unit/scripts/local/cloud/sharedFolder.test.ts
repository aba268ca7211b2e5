import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureSharedFolder } from '../../../../../scripts/local/cloud/sharedFolder.ts';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'gatehouse shared [a] #'));
  folder = join(parent, 'shared');
});
afterEach(() => rmSync(parent, { recursive: true }));

const isWhole = () => existsSync(join(folder, 'last'));

/** Builds in two steps, between which others get their turn. */
function ensure(content: string) {
  return ensureSharedFolder({
    folder,
    isWhole,
    async build(partial) {
      writeFileSync(join(partial, 'first'), content);
      await sleep(5);
      writeFileSync(join(partial, 'last'), content);
    },
  });
}

const contentOf = (file: string) => readFileSync(join(folder, file), 'utf8');

it('is built once, and is there with nothing beside it', async () => {
  expect(await ensure('one')).toBe(true);
  expect(await ensure('two')).toBe(false);
  expect([contentOf('first'), contentOf('last'), readdirSync(parent)]).toEqual(['one', 'one', ['shared']]);
});

it('is never seen half built', async () => {
  const building = ensure('one');
  for (let turn = 0; turn < 20 && !isWhole(); turn += 1) {
    expect(existsSync(folder)).toBe(false);
    await sleep(1);
  }
  await building;
  expect(isWhole()).toBe(true);
});

it('of many runs at once one wins, and all find what it built', async () => {
  const found = await Promise.all(
    Array.from({ length: 8 }, async (_, run) => {
      const built = await ensure(`${run}`);
      return { built, first: contentOf('first'), last: contentOf('last') };
    }),
  );
  expect(found.filter(({ built }) => built)).toHaveLength(1);
  expect(new Set(found.flatMap(({ first, last }) => [first, last])).size).toBe(1);
  expect(readdirSync(parent)).toEqual(['shared']);
});

it('takes the place of what is not whole', async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'first'), 'half');
  writeFileSync(join(folder, 'stray'), 'half');
  expect(await ensure('one')).toBe(true);
  expect(readdirSync(folder)).toEqual(['first', 'last']);
  expect(readdirSync(parent)).toEqual(['shared']);
});

it('a build that fails leaves what was there', async () => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'first'), 'half');
  const build = () => Promise.reject(new Error('no network'));
  await expect(ensureSharedFolder({ folder, isWhole, build })).rejects.toThrow('no network');
  expect(readdirSync(parent)).toEqual(['shared']);
  expect(contentOf('first')).toBe('half');
});

it('what a killed run left is removed, and what another builds is not', async () => {
  const { pid: dead } = spawnSync(process.execPath, ['--version']);
  mkdirSync(`${folder}.part-${dead}-abcdef`);
  mkdirSync(`${folder}.part-${process.ppid}-abcdef`);
  await ensure('one');
  expect(readdirSync(parent).toSorted()).toEqual(['shared', `shared.part-${process.ppid}-abcdef`]);
});
