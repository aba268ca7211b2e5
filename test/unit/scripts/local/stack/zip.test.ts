import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { zipFolder } from '../../../../../scripts/local/stack/zip.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zip-'));
  mkdirSync(join(folder, 'node_modules/a'), { recursive: true });
  writeFileSync(join(folder, 'index.mjs'), 'x'.repeat(10_000));
  writeFileSync(join(folder, 'node_modules/a/package.json'), '{}');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The entries of an archive, found as a reader finds them: from the end (APPNOTE.TXT 4.3). */
function readZip(archive: Buffer): Map<string, string> {
  const end = archive.length - 22;
  expect(archive.readUInt32LE(end)).toBe(0x06054b50);
  const entries = new Map<string, string>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    entries.set(name, inflateRawSync(archive.subarray(start, start + archive.readUInt32LE(at + 20))).toString());
    at += 46 + nameLength;
  }
  return entries;
}

it('an archive holds every file of the folder, by its path', () => {
  expect(readZip(zipFolder(folder))).toEqual(
    new Map([
      ['index.mjs', 'x'.repeat(10_000)],
      ['node_modules/a/package.json', '{}'],
    ]),
  );
});

it('the same content gives the same bytes', () => {
  expect(zipFolder(folder).equals(zipFolder(folder))).toBe(true);
});
