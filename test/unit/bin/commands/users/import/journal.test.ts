import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openJournal } from '../../../../../../bin/commands/users/import/journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

function setUp() {
  const file = join(folder, `${++files}.jsonl`);
  writeFileSync(file, 'the file\n');
  const names = { state: `${file}.import.json`, rejects: `${file}.rejected.jsonl` };
  return { file, names, open: () => openJournal(file, names) };
}

const report = (throughLine: number, rejectedLines: readonly number[] = []) => ({
  throughLine,
  imported: 3,
  existing: 1,
  rejections: rejectedLines.map((line) => ({ line, reason: 'hash_unknown', detail: 'not known here' })),
  ignored: new Set(['nickname']),
});

describe('the journal of an import', () => {
  it('goes on where the last run ended, with the same key', async () => {
    const { open } = setUp();
    const first = await open();
    expect([first.throughLine, first.finished]).toEqual([0, false]);
    await first.note(report(33, [2]));
    await first.note(report(66));
    first.finish();
    const second = await open();
    expect([second.throughLine, second.finished, second.key.equals(first.key)]).toEqual([66, true, true]);
    expect(second.totals).toMatchObject({ imported: 6, existing: 2, rejected: 1, ignored: ['nickname'] });
  });

  it('forgets the rejected lines beyond its state: they come again', async () => {
    const { names, open } = setUp();
    const first = await open();
    await first.note(report(33, [2, 30]));
    first.finish();
    appendFileSync(names.rejects, '{"line":40,"reason":"hash_unknown","detail":""}\n{"line":41,"rea');
    const second = await open();
    expect(second.totals.rejected).toBe(2);
    const kept = readFileSync(names.rejects, 'utf8').trim().split('\n');
    expect(kept.map((line) => JSON.parse(line).line)).toEqual([2, 30]);
  });

  it('is for its owner alone', async () => {
    const { names, open } = setUp();
    const journal = await open();
    await journal.note(report(1, [1]));
    for (const name of [names.state, names.rejects]) expect(statSync(name).mode & 0o777).toBe(0o600);
  });

  it('is refused for another file than its own', async () => {
    const { file, names, open } = setUp();
    await open();
    writeFileSync(file, 'another file\n');
    await expect(open()).rejects.toThrow('has changed since its import began');
    writeFileSync(names.state, 'no state');
    await expect(open()).rejects.toThrow('is not the state of an import');
  });
});
