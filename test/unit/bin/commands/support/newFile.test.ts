import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newFile } from '../../../../../bin/commands/support/newFile.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'new-file-'));
  file = join(folder, 'users.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (text: string) => newFile(file, (append) => append(text));

it('only its owner may read a new file', async () => {
  await write('hashes');
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['hashes', 0o600]);
  expect(readdirSync(folder)).toEqual(['users.jsonl']);
});

it('a failure leaves nothing', async () => {
  const failing = newFile(file, async (append) => {
    await append('half');
    throw new Error('ENOSPC');
  });
  await expect(failing).rejects.toThrow('ENOSPC');
  expect(readdirSync(folder)).toEqual([]);
});

it.each(['users.jsonl', 'users.jsonl.part'])('no symbolic link at %s is followed', async (name) => {
  const target = join(folder, 'target');
  symlinkSync(target, join(folder, name));
  await expect(write('hashes')).rejects.toThrow(`${name} is there already`);
  expect(existsSync(target)).toBe(false);
});

it.each(['users.jsonl', 'users.jsonl.part'])('what is there at %s is not written over', async (name) => {
  writeFileSync(join(folder, name), 'another');
  await expect(write('hashes')).rejects.toThrow(`${name} is there already`);
  expect(readFileSync(join(folder, name), 'utf8')).toBe('another');
});

it('a file that comes to be there meanwhile is not written over', async () => {
  const racing = newFile(file, async (append) => {
    await append('hashes');
    writeFileSync(file, 'another');
  });
  await expect(racing).rejects.toThrow('is there already');
  expect(readFileSync(file, 'utf8')).toBe('another');
});
