import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../settings.ts';

export const sourceFolders = ['bin', 'lib', 'lambdas', 'scripts', 'test', 'bench'] as const;

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const most = { lines: 300, columns: 120, files: 20 };
const leastMedianOfEndpoints = 50;
/** One Lambda is one file, and they are all of one kind. */
const wideFolders = ['lambdas/handlers'];
const endpoints = 'lambdas/endpoints';
/** A hash, a key or a token, as one string: a test vector is to be found in one piece. */
const unbreakable = /^\s*'[^\s']+',?$/;
/** A link of a document, or the end of one that began on the line before. */
const link = /(!?\[[^\]]*)?\]\([^)]*\)/g;

export function sourceFiles(): SourceFile[] {
  return filesOf(sourceFolders.map((folder) => `${folder}/**/*.{ts,mjs,cjs}`));
}

export function documents(): SourceFile[] {
  return filesOf(['*.md', 'docs/**/*.md']);
}

const filesOf = (patterns: readonly string[]): SourceFile[] =>
  ourFiles(patterns).map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** The files that match, without those of the packages that `npm run bench` installs for itself. */
export function ourFiles(patterns: readonly string[]): string[] {
  return globSync(patterns, { cwd: root, exclude: ['bench/node_modules'] });
}

/** What is too long, too wide, too full or too thin, and a path that is taken for a URL, a line each. */
export function structureFaults(files: readonly SourceFile[]): string[] {
  return [...sizes(files), ...fullFolders(files), ...thinEndpoints(files), ...pathsAsUrls(files)];
}

/** The lines of prose that are too wide: tables, code blocks and links cannot be broken. */
export function proseFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    let isCode = false;
    return linesOf(text).flatMap((line, index) => {
      const isFence = line.trimStart().startsWith('```');
      if (isFence) isCode = !isCode;
      if (isFence || isCode || line.trimStart().startsWith('|')) return [];
      return tooWide(path, index, line.replace(link, ''));
    });
  });
}

function sizes(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const lines = linesOf(text);
    return [
      ...(lines.length > most.lines ? [`${path}: ${lines.length} lines, of ${most.lines} at most`] : []),
      ...lines.flatMap((line, index) => (unbreakable.test(line) ? [] : tooWide(path, index, line))),
    ];
  });
}

function tooWide(path: string, index: number, line: string): string[] {
  const columns = [...line].length;
  return columns > most.columns ? [`${path}:${index + 1}: ${columns} columns, of ${most.columns} at most`] : [];
}

function fullFolders(files: readonly SourceFile[]): string[] {
  const folders = Map.groupBy(files, ({ path }) => dirname(path));
  return [...folders].flatMap(([folder, { length }]) =>
    length > most.files && !wideFolders.includes(folder)
      ? [`${folder}: ${length} files, of ${most.files} at most: it is two rooms`]
      : [],
  );
}

/** An endpoint is a few lines: a file holds those of a room. */
function thinEndpoints(files: readonly SourceFile[]): string[] {
  const lengths = files
    .filter(({ path }) => dirname(path) === endpoints)
    .map(({ text }) => linesOf(text).length)
    .sort((one, other) => one - other);
  const median = ((lengths[(lengths.length - 1) >> 1] ?? 0) + (lengths[lengths.length >> 1] ?? 0)) / 2;
  return median < leastMedianOfEndpoints
    ? [`${endpoints}: a median of ${median} lines a file, of ${leastMedianOfEndpoints} at least`]
    : [];
}

const pathAsUrl = /[`'"]file:(\/\/)?(\$\{|['"] ?\+)|import\.meta\.url\)\.(pathname|href)/;

/** A path may hold `#`, `?`, `%` or a space, which mean something else in a URL: two functions know how to convert. */
function pathsAsUrls(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !path.startsWith('test/'))
    .flatMap(({ path, text }) =>
      linesOf(text).flatMap((line, index) =>
        pathAsUrl.test(line) ? [`${path}:${index + 1}: a path as a URL; use pathToFileURL or fileURLToPath`] : [],
      ),
    );
}

const linesOf = (text: string) => text.replace(/\n$/, '').split('\n');
