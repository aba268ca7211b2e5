import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type LambdaClient, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { lastLines, runCommand } from '../cloud/commands.ts';
import { paths, type Settings } from '../settings.ts';
import { zipFolder } from './zip.ts';

/** Physical names by name. */
type Functions = Readonly<Record<string, string>>;

interface Bundle {
  readonly folder: string;
  /** Hash of the code without its source map: a map that changed alone replaces nothing. */
  readonly hash: string;
  /** The files it was made of. */
  readonly sources: ReadonlySet<string>;
}
type Bundles = ReadonlyMap<string, Bundle>;

/** Bundles the named functions, or all. */
async function bundle({ root, stage }: Settings, names: readonly string[] = []): Promise<Bundles> {
  const args = [join(root, 'bin/bundle.ts'), '--stage', stage, ...names];
  const { code, stdout, output } = await runCommand(process.execPath, args, { cwd: root });
  if (code !== 0) throw new Error(lastLines(output, 12));
  const lines = stdout.trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [name = '', folder = ''] = line.split(' ');
      const hash = createHash('sha256').update(readFileSync(join(folder, 'index.mjs')));
      return [name, { folder, hash: hash.digest('hex'), sources: readSources(folder) }];
    }),
  );
}

const sourceMapSchema = z.object({ sources: z.array(z.string()) });

function readSources(folder: string): ReadonlySet<string> {
  const map = sourceMapSchema.parse(JSON.parse(readFileSync(join(folder, 'index.mjs.map'), 'utf8')));
  return new Set(map.sources.map((source) => resolve(folder, source)));
}

async function replace(lambda: LambdaClient, functions: Functions, bundles: Bundles): Promise<void> {
  await Promise.all(
    [...bundles].map(([name, { folder }]) =>
      lambda.send(new UpdateFunctionCodeCommand({ FunctionName: functions[name], ZipFile: zipFolder(folder) })),
    ),
  );
}

export interface Reload {
  /** The functions whose code was replaced. */
  readonly replaced: readonly string[];
  readonly milliseconds: number;
}

/**
 * Remembers what is deployed. Each call takes the files that were saved, bundles the functions made of them, and
 * replaces the code of those whose bundle has changed. A file stays pending until its bundles have succeeded.
 */
export async function createReloader(
  settings: Settings,
  lambda: LambdaClient,
  functions: Functions,
): Promise<(files: readonly string[]) => Promise<Reload>> {
  const deployed = new Map(await bundle(settings));
  const pending = new Set<string>();
  return async (files) => {
    const started = performance.now();
    for (const file of files) pending.add(file);
    const reached = [...deployed.keys()].filter((name) =>
      [...pending].some((file) => deployed.get(name)?.sources.has(file)),
    );
    const bundles = reached.length === 0 ? new Map<string, Bundle>() : await bundle(settings, reached);
    const changed = new Map(
      [...bundles].filter(([name, { hash }]) => name in functions && deployed.get(name)?.hash !== hash),
    );
    noteReplaced(settings, [...changed.keys()]);
    await replace(lambda, functions, changed);
    for (const [name, made] of bundles) deployed.set(name, made);
    pending.clear();
    return { replaced: [...changed.keys()], milliseconds: Math.round(performance.now() - started) };
  };
}

/**
 * Puts the code of the current sources into every function that was replaced since the last deployment. CloudFormation
 * would not do it, because it sees no change.
 */
export async function catchUp(settings: Settings, lambda: LambdaClient, functions: Functions): Promise<void> {
  const names = readReplaced(settings).filter((name) => name in functions);
  if (names.length > 0) await replace(lambda, functions, await bundle(settings, names));
  rmSync(paths(settings).replaced, { force: true });
}

function readReplaced(settings: Settings): string[] {
  try {
    return readFileSync(paths(settings).replaced, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

function noteReplaced(settings: Settings, names: readonly string[]): void {
  writeFileSync(paths(settings).replaced, [...new Set([...readReplaced(settings), ...names])].join('\n'));
}
