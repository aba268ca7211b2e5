import {
  appendFileSync,
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
import { afterAll, describe, expect, it } from 'vitest';
import { type Binding, type Journal, openJournal } from '../../../../../../bin/commands/users/import/journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

const here: Binding = { deployment: 'table 1', label: 'prod', options: '{}' };

function setUp() {
  const file = join(folder, `${++files}.jsonl`);
  writeFileSync(file, 'the file\n');
  const names = { state: `${file}.import.json`, rejects: `${file}.rejected.jsonl`, notes: `${file}.notes.jsonl` };
  /** One run of the command: it lets the file go at the end. */
  const run = async <T>(body: (journal: Journal) => T | Promise<T>, change: Partial<Binding> = {}): Promise<T> => {
    const journal = await openJournal(file, { ...here, ...change });
    try {
      return await body(journal);
    } finally {
      journal.close();
    }
  };
  return { file, names, run };
}

const report = (throughLine: number, rejectedLines: readonly number[] = [], notedLines: readonly number[] = []) => ({
  throughLine,
  imported: 3,
  existing: 1,
  rejections: rejectedLines.map((line) => ({ line, reason: 'hash_unknown', detail: 'not known here' })),
  notes: notedLines.map((line) => ({ line, note: 'differs' as const, detail: 'another tenant' })),
  ignored: new Set(['nickname']),
});

const linesIn = (file: string) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).line);

/** A whole run that rejects some lines. */
const through =
  (throughLine: number, rejected: readonly number[] = []) =>
  async (journal: Journal) => {
    await journal.note(report(throughLine, rejected));
    journal.finish();
  };

describe('the journal of an import', () => {
  it('goes on where the last run ended, with the same key', async () => {
    const { run } = setUp();
    const key = await run(async (journal) => {
      expect([journal.throughLine, journal.finishedAt]).toEqual([0, undefined]);
      await journal.note(report(33, [2]));
      await journal.note(report(66));
      return journal.key;
    });
    await run(async (journal) => {
      expect(journal.throughLine).toBe(66);
      expect([journal.wants(66), journal.wants(67)]).toEqual([false, true]);
      expect(journal.totals).toMatchObject({ imported: 6, existing: 2, rejected: 1, ignored: ['nickname'] });
      expect(journal.key.equals(key)).toBe(true);
    });
  });

  it('forgets the lines beyond its state: they come again', async () => {
    const { names, run } = setUp();
    await run((journal) => journal.note(report(33, [2, 30], [3])));
    appendFileSync(names.rejects, '{"line":40,"reason":"hash_unknown","detail":""}\n{"line":41,"rea');
    appendFileSync(names.notes, '{"line":41,"note":"differs","detail":""}\n');
    await run((journal) => {
      expect(journal.totals).toMatchObject({ rejected: 2, notes: { differs: 1 } });
      expect([linesIn(names.rejects), linesIn(names.notes)]).toEqual([[2, 30], [3]]);
    });
  });

  it('is for its owner alone', async () => {
    const { names, run } = setUp();
    await run((journal) => journal.note(report(1, [1], [1])));
    for (const name of Object.values(names)) expect(statSync(name).mode & 0o777).toBe(0o600);
  });

  it('writes through no link that others have put in the place of its files', async () => {
    const { file, names, run } = setUp();
    const theirs = join(folder, 'theirs');
    for (const name of [`${names.state}.tmp`, names.rejects, names.notes]) {
      writeFileSync(theirs, 'theirs\n');
      symlinkSync(theirs, name);
      await run((journal) => journal.note(report(1, [1], [1]))).catch(() => {});
      expect(readFileSync(theirs, 'utf8')).toBe('theirs\n');
      for (const left of Object.values(names)) rmSync(left, { force: true });
    }
    expect(existsSync(`${file}.import.lock`)).toBe(false);
  });

  it('is refused for another file than its own', async () => {
    const { file, names, run } = setUp();
    await run(() => {});
    writeFileSync(file, 'another file\n');
    await expect(run(() => {})).rejects.toThrow('has changed since its import began');
    writeFileSync(names.state, 'no state');
    await expect(run(() => {})).rejects.toThrow('is not the state of an import');
  });

  it('says that an import was finished already', async () => {
    const { run } = setUp();
    await run(through(66));
    await run(({ finishedAt, totals }) => {
      expect(Date.now() - Date.parse(finishedAt ?? '')).toBeLessThan(60_000);
      expect(totals).toMatchObject({ imported: 3, rejected: 0 });
    });
  });

  it('of one deployment says nothing of another, and neither forgets', async () => {
    const { file, names, run } = setUp();
    await run(through(66, [2]));
    const there = { deployment: 'table 2', label: 'dev' };
    await run(({ throughLine, totals }) => expect([throughLine, totals.imported]).toEqual([0, 0]), there);
    await run(through(66, [5]), there);
    expect(linesIn(names.rejects)).toEqual([2]);
    const others = readdirSync(folder).filter((name) => name.startsWith(`${file.split('/').at(-1)}.dev-`));
    expect(others.map((name) => name.replace(/.*dev-[0-9a-f]{8}/, ''))).toEqual(['.import.json', '.rejected.jsonl']);
    await run(({ totals }) => expect(totals).toMatchObject({ imported: 3, rejected: 0 }));
    await run(({ totals }) => expect(totals).toMatchObject({ imported: 3, rejected: 0 }), there);
  });

  it('is begun anew with other options, with the same key', async () => {
    const { names, run } = setUp();
    const key = await run(async (journal) => {
      await through(66, [2])(journal);
      return journal.key;
    });
    await run(
      (journal) => {
        expect([journal.throughLine, journal.totals.imported, journal.totals.rejected]).toEqual([0, 0, 0]);
        expect(journal.key.equals(key)).toBe(true);
        expect([journal.wants(1), journal.wants(2), existsSync(names.rejects)]).toEqual([true, true, false]);
      },
      { options: '{"second":"drop"}' },
    );
  });

  it('has the rejected lines tried again, and the others left alone', async () => {
    const { names, run } = setUp();
    await run(async (journal) => {
      expect(journal.triedAgain).toBe(0);
      await through(66, [2, 50])(journal);
    });
    await run(async (journal) => {
      expect([1, 2, 49, 50, 51].filter(journal.wants)).toEqual([2, 50]);
      expect(journal.triedAgain).toBe(2);
      expect(journal.totals).toMatchObject({ imported: 3, rejected: 0 });
      await journal.note({ ...report(50, [50]), imported: 1, existing: 0 });
      journal.finish();
    });
    expect(linesIn(names.rejects)).toEqual([50]);
    await run(({ totals }) => expect(totals).toMatchObject({ imported: 4, existing: 1, rejected: 0 }));
  });

  it('is begun anew where somebody has edited the list of the rejected lines', async () => {
    const { names, run } = setUp();
    await run(through(66, [2, 50]));
    writeFileSync(names.rejects, '{"line":2,"reason":"hash_unknown"}\n{"line":50 and a remark\n');
    await run((journal) => {
      expect([1, 2, 50].filter(journal.wants)).toEqual([1, 2, 50]);
      expect(existsSync(names.rejects)).toBe(false);
    });
  });

  it('goes on with what it tries again', async () => {
    const { names, run } = setUp();
    await run(through(66, [2, 50, 60]));
    await run((journal) => journal.note({ ...report(2, [2]), imported: 0 }));
    appendFileSync(names.rejects, '{"line":50,"reason":"hash_unknown","detail":""}\n');
    await run((journal) => {
      expect([1, 2, 50, 51, 60].filter(journal.wants)).toEqual([50, 60]);
      expect(linesIn(names.rejects)).toEqual([2]);
    });
  });

  it('begins anew, with the same key, from the state of the release before', async () => {
    const { names, run } = setUp();
    const { key } = await run(({ totals }) => ({ ...totals, key: JSON.parse(readFileSync(names.state, 'utf8')).key }));
    const { file_sha256 } = JSON.parse(readFileSync(names.state, 'utf8'));
    const old = { schema_version: 1, file_sha256, key, through_line: 66, imported: 60, finished: true };
    writeFileSync(names.state, JSON.stringify(old));
    await run((journal) => {
      expect([journal.throughLine, journal.finishedAt, journal.totals.imported]).toEqual([0, undefined, 0]);
      expect(journal.key.toString('base64url')).toBe(key);
    });
  });

  it('is open to one run at a time', async () => {
    const { file, run } = setUp();
    await run(async () => {
      await expect(run(() => {})).rejects.toThrow('is being imported already');
    });
    // Left by a run that was killed.
    writeFileSync(`${file}.import.lock`, '4194305\n');
    await run(() => {});
    expect(existsSync(`${file}.import.lock`)).toBe(false);
  });
});
