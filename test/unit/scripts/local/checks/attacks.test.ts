import { describe, expect, it } from 'vitest';
import { attackTable, readReport, resultsOf, verdict } from '../../../../../scripts/local/checks/attackResults.ts';
import {
  attackFiles,
  attackRows,
  catalogueRows,
  idsInSource,
  idsOfTest,
  projectOf,
} from '../../../../../scripts/local/checks/attackRows.ts';
import { root } from '../../../../../scripts/local/settings.ts';

const row = (id: string) => ({ id, group: 'G', attack: 'an attack', expected: '401' });
const outcome = (title: string, status: string, ...ancestorTitles: string[]) => ({ ancestorTitles, title, status });

describe('the table of attacks', () => {
  const ids = attackRows().map(({ id }) => id);

  it('has each row once', () => {
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has a row for every id that a title of a test begins with', () => {
    const missing = attackFiles().flatMap((file) =>
      file.ids.filter((id) => !ids.includes(id)).map((id) => `${id} in ${file.path}`),
    );
    expect(missing).toEqual([]);
  });

  it('has no row that a quick test does not carry out', () => {
    const tested = new Set(attackFiles().flatMap((file) => (file.project === 'prove' ? [] : file.ids)));
    expect(ids.filter((id) => !tested.has(id))).toEqual([]);
  });

  it.skipIf(catalogueRows() === undefined)('has no row that its catalogue has not', () => {
    const known = new Map(catalogueRows()?.map(({ id, group }) => [id, group]));
    expect(attackRows().filter(({ id, group }) => known.get(id) !== group)).toEqual([]);
  });
});

it.each([
  ['test/unit/core/keys/macToken.test.ts', 'unit'],
  ['test/unit/flows/keys/rotationSoak.slow.test.ts', 'slow'],
  ['test/bundle/bundle.test.ts', 'slow'],
  ['test/e2e/signIn/limits.test.ts', 'e2e'],
])('%s is run by the project %s', (path, project) => {
  expect(projectOf(path)).toBe(project);
});

describe('the ids of a test', () => {
  it('are those that its title, or that of a block around it, begins with', () => {
    expect(idsOfTest([], 'L01 L02 answers the same')).toEqual(['L01', 'L02']);
    expect(idsOfTest(['X01', 'a block'], 'is refused')).toEqual(['X01']);
    expect(idsOfTest(['D06'], 'D06 D05 is refused')).toEqual(['D06', 'D05']);
    expect(idsOfTest([], 'says L01 later on, or 127.0.0.1')).toEqual([]);
    expect(idsOfTest([], 'F17 F19 are faults, S03 is none')).toEqual([]);
  });

  it('are found in the text of a file, wherever the title stands', () => {
    // Put together, so that these are no titles of this file.
    const [one, two, three, four] = ['L01', 'L02', 'R03', 'J24'];
    const source = `
      it('${one} one', () => {});
      it.each(['A01'])(\n  '${two} ${three} %s', () => {});
      describe.skipIf(x)("X01", () => { test(\`${four} x\`, f); expect('no L99 here').toBe('S99'); });
      it('F02 a fault', f);`;
    expect(idsInSource(source).sort()).toEqual(['J24', 'L01', 'L02', 'R03', 'X01']);
  });
});

describe('the results', () => {
  const files = [{ project: 'e2e', path: 'test/e2e/broken.test.ts', ids: ['S05', 'S06'] }];
  const suite = (...assertionResults: ReturnType<typeof outcome>[]) => ({
    name: 'x',
    status: 'passed',
    assertionResults,
  });

  it('of a row are those of all its tests, in every report', () => {
    const first = {
      testResults: [suite(outcome('L01 a', 'passed'), outcome('b', 'passed', 'L01'), outcome('X01 c', 'passed'))],
    };
    const second = { testResults: [suite(outcome('L01 L02 d', 'failed'), outcome('L03 e', 'skipped'))] };
    const results = resultsOf(['L01', 'L02', 'L03', 'X01', 'X02'].map(row), files, [first, second]);
    expect(results.map(verdict)).toEqual([
      'FAILED (1 of 3)',
      'FAILED (1 of 1)',
      'not covered',
      'passed (1)',
      'not covered',
    ]);
  });

  it('of a file that could not be loaded are a failure of each of its rows', () => {
    const broken = { name: `${root}/test/e2e/broken.test.ts`, status: 'failed', assertionResults: [] };
    const results = resultsOf(['S05', 'L01'].map(row), files, [{ testResults: [broken] }]);
    expect(results.map(verdict)).toEqual(['FAILED (1 of 1)', 'not covered']);
  });

  it('of a run that left no report are failures', () => {
    const missing = readReport(`${root}/no such report.json`, ['test/e2e/broken.test.ts']);
    expect(resultsOf(['S06', 'L01'].map(row), files, [missing]).map(verdict)).toEqual([
      'FAILED (1 of 1)',
      'not covered',
    ]);
  });

  it('are a table with counts', () => {
    const text = attackTable(
      resultsOf([row('L01'), row('L02')], files, [{ testResults: [suite(outcome('L01 a', 'passed'))] }]),
    );
    expect(text).toMatch(/L01\s+an attack\s+401\s+passed \(1\)/);
    expect(text).toContain('1 rows passed, 0 failed, 1 not covered');
  });
});
