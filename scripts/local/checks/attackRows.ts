import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../settings.ts';

/** An attack that the suite carries out: a row of `test/attacks.tsv`. */
export interface AttackRow {
  readonly id: string;
  readonly group: string;
  readonly attack: string;
  readonly expected: string;
}

/** A test file that carries attacks out, by the project of the suite it is in. */
export interface AttackFile {
  readonly project: string;
  readonly path: string;
  readonly ids: readonly string[];
}

const leadingIds = /^[A-Z]\d{2}(?: [A-Z]\d{2})*(?= |$)/;
/** The first argument of `it`, `test` or `describe`, with or without a modifier, or of what `each` returns. */
const titles = /(?:\b(?:it|test|describe)(?:\.\w+)*|\))\(\s*['"`]([A-Z]\d{2}(?: [A-Z]\d{2})*)(?=[ '"`])/g;
/** Ids that begin with F name faults, which have a list of their own. */
const isAttack = (id: string) => !id.startsWith('F');

export function attackRows(): AttackRow[] {
  return readRows(join(root, 'test', 'attacks.tsv'));
}

/** The rows of the catalogue that the table is drawn from, where it lies beside the project. */
export function catalogueRows(): AttackRow[] | undefined {
  const file = join(dirname(root), 'shared', 'attacks.tsv');
  return existsSync(file) ? readRows(file) : undefined;
}

function readRows(file: string): AttackRow[] {
  const [, ...lines] = readFileSync(file, 'utf8').split('\n');
  return lines.filter(Boolean).map((line) => {
    const [id, group, attack, expected] = line.split('\t');
    if (id === undefined || group === undefined || !attack || !expected) throw new Error(`${file}: ${line}`);
    return { id, group, attack, expected };
  });
}

/** The rows a test carries out: the ids its title, or that of a block around it, begins with. */
export function idsOfTest(ancestors: readonly string[], title: string): string[] {
  const ids = [...ancestors, title].flatMap((text) => leadingIds.exec(text)?.[0].split(' ') ?? []);
  return [...new Set(ids)].filter(isAttack);
}

/** The ids that titles in the text of a test file begin with. */
export function idsInSource(text: string): string[] {
  const ids = [...text.matchAll(titles)].flatMap(([, found = '']) => found.split(' '));
  return [...new Set(ids)].filter(isAttack);
}

/** The project of `vitest.config.ts` that a test file is in: its folder's, but for what is too slow for the check. */
export function projectOf(path: string): string {
  const [, folder = ''] = path.split('/');
  return folder === 'bundle' || path.endsWith('.slow.test.ts') ? 'slow' : folder;
}

/** Every test file with a row's id in a title. */
export function attackFiles(): AttackFile[] {
  return globSync('test/*/**/*.test.ts', { cwd: root })
    .sort()
    .map((path) => ({
      project: projectOf(path),
      path,
      ids: idsInSource(readFileSync(join(root, path), 'utf8')),
    }))
    .filter(({ ids }) => ids.length > 0);
}
