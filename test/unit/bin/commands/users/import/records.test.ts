import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openRecords, type Shape, shapeOf } from '../../../../../../bin/commands/users/import/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

async function read(shape: Shape, text: string, names: Readonly<Record<string, string>> = {}) {
  const file = join(folder, `${++files}`);
  writeFileSync(file, text);
  const records = await openRecords(file, shape, new Map(Object.entries(names)));
  const lines = [];
  for await (const line of records.lines) lines.push(line);
  expect(lines.every(({ line }) => line <= records.lastLine)).toBe(true);
  return lines;
}

describe('JSON lines', () => {
  it('are read line by line, with each fault at its line', async () => {
    const text = '\ufeff{"email":"a"}\r\n\n{"email":\n[1]\n"text"\n{"email":"b"}';
    expect(await read('json-lines', text)).toEqual([
      { line: 1, record: { email: 'a' } },
      { line: 3, fault: 'not JSON' },
      { line: 4, record: [1] },
      { line: 5, record: 'text' },
      { line: 6, record: { email: 'b' } },
    ]);
  });

  it('have other names for our fields where they are told', async () => {
    expect(await read('json-lines', '{"mail":"a","x":1}', { mail: 'email' })).toEqual([
      { line: 1, record: { email: 'a', x: 1 } },
    ]);
  });
});

describe('CSV', () => {
  it('has its fields by the heading, in quotes or not', async () => {
    const text = '\ufeffmail, roles ,note\na@b.example,admin member,"x, ""y"""\nc@d.example,,\n';
    expect(await read('csv', text, { mail: 'email' })).toEqual([
      { line: 2, record: { email: 'a@b.example', roles: 'admin member', note: 'x, "y"' } },
      { line: 3, record: { email: 'c@d.example', roles: '', note: '' } },
    ]);
  });

  it('with a row that does not fit has its other rows', async () => {
    const lines = await read('csv', 'email,roles\na,member\nb\nc,member,more\nd,member\ne,"member\n');
    expect(lines.map((one) => [one.line, 'fault' in one ? 'fault' : one.record])).toEqual([
      [2, { email: 'a', roles: 'member' }],
      [3, 'fault'],
      [4, 'fault'],
      [5, { email: 'd', roles: 'member' }],
      [expect.any(Number), 'fault'],
    ]);
  });
});

describe('a JSON document', () => {
  it('is an array, or has users', async () => {
    for (const text of ['[{"email":"a"},2]', '{"users":[{"email":"a"},2]}', '{"Users":[{"email":"a"},2]}']) {
      expect(await read('json', text)).toEqual([
        { line: 1, record: { email: 'a' } },
        { line: 2, record: 2 },
      ]);
    }
    for (const text of ['{"people":[]}', '{', '"users"'])
      await expect(read('json', text)).rejects.toThrow('no JSON array');
  });
});

it('the name of the file tells its shape', () => {
  expect(['a.jsonl', 'b.NDJSON', 'c.csv', 'd.e.json'].map(shapeOf)).toEqual([
    'json-lines',
    'json-lines',
    'csv',
    'json',
  ]);
  expect(() => shapeOf('users.txt')).toThrow('must end in');
});
