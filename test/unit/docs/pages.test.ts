import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { root } from '../../../scripts/local/settings.ts';

const pages = globSync('{*.md,docs/**/*.md}', { cwd: root });
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');
const withoutCode = (text: string) => text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, group = '']) => group);

/** Links and images, with their anchors; not those to other hosts. */
const linksOf = (page: string) =>
  found(withoutCode(textOf(page)), /\]\(([^)\s]+)\)/g).filter((target) => !/^[a-z]+:/.test(target));

/** As GitHub makes them: lower case, punctuation dropped, spaces as hyphens. */
const anchorsOf = (page: string) =>
  found(withoutCode(textOf(page)), /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

function resolves(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  return existsSync(join(root, target)) && (anchor === undefined || anchorsOf(target).includes(anchor));
}

/** Paths in backticks that begin with a folder of ours. A `<name>` stands for any name. */
const pathsOf = (page: string) => found(textOf(page), /`((?:bin|docs|lambdas|lib|scripts|test)\/[^`\s]+)`/g);
const isThere = (path: string) => globSync(path.replaceAll(/<\w+>/g, '*'), { cwd: root }).length > 0;

const faults = (of: (page: string) => string[], holds: (page: string, one: string) => boolean) =>
  pages.flatMap((page) =>
    of(page)
      .filter((one) => !holds(page, one))
      .map((one) => `${page}: ${one}`),
  );

describe('the documentation', () => {
  it('is read at all', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/architecture.md']));
    expect(pages.flatMap(linksOf).length).toBeGreaterThan(30);
    expect(pages.flatMap(pathsOf).length).toBeGreaterThan(30);
  });

  it('links to files and headings that exist', () => {
    expect(faults(linksOf, resolves)).toEqual([]);
  });

  it('names paths that exist', () => {
    expect(faults(pathsOf, (_, path) => isThere(path))).toEqual([]);
  });
});

const sightsSchema = z.record(z.string(), z.array(z.string()));
const { floors, rooms } = z
  .object({ floors: sightsSchema, rooms: z.record(z.string(), sightsSchema) })
  .parse(createRequire(import.meta.url)(join(root, '.dependency-cruiser.floors.cjs')));

const unquoted = (cell = '') => cell.replaceAll('`', '');
const names = (cell: string | undefined) =>
  unquoted(cell)
    .split(', ')
    .filter((name) => name !== 'nothing')
    .toSorted();

/** The rows of a table of `docs/architecture.md`, under a heading: a name in backticks, then the other cells. */
function rowsUnder(heading: string): string[][] {
  const section = textOf('docs/architecture.md').split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return found(section, /^\| (`\w+` \|.*) \|$/gm).map((row) => row.split('|').map((cell) => cell.trim()));
}

const sorted = (sights: Record<string, readonly string[]> = {}) =>
  Object.fromEntries(Object.entries(sights).map(([name, seen]) => [name, seen.toSorted()]));

describe('the import rule in docs/architecture.md', () => {
  it('has the floors of the lint, each with what it sees', () => {
    const told = rowsUnder('Floors').map(([floor, , seen]) => [
      unquoted(floor),
      seen === 'all of them'
        ? Object.keys(floors)
            .filter((name) => name !== 'handlers')
            .toSorted()
        : names(seen),
    ]);
    expect(Object.fromEntries(told)).toEqual(sorted(floors));
  });

  it.each([
    ['core', 1],
    ['flows', 2],
  ])('has the rooms of %s, each with what it sees', (floor, column) => {
    const told = rowsUnder('Rooms').filter((cells) => cells[column] !== '–');
    const sights = told.map((cells) => [unquoted(cells[0]), names(cells[column])]);
    expect(Object.fromEntries(sights)).toEqual(sorted(rooms[floor]));
  });
});
