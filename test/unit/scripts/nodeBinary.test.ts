import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { runCommand } from '../../../scripts/local/cloud/commands.ts';
import { root } from '../../../scripts/local/settings.ts';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      /** In the archive of another package, and under its hash. */
      inBundle: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});
const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
const nodePackage = `node-${process.platform}-${process.arch}`;

describe('the lockfile', () => {
  it('has the hash of everything that is installed', () => {
    const without = Object.entries(packages).filter(
      ([path, { integrity, inBundle }]) => path && !integrity && !inBundle,
    );
    expect(without).toEqual([]);
  });

  it.each(['x64', 'arm64'])('has the hash of the Node.js that runs everything, on %s', (arch) => {
    expect(packages[`node_modules/node-linux-${arch}`]).toMatchObject({
      integrity: expect.stringMatching(/^sha512-/),
      version: expect.stringMatching(/^24\./),
    });
  });

  it('names no package whose install script might fetch what it has no hash of', () => {
    const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
    // Its binary is a package of its own, with a hash; the script only makes it start faster.
    expect(scripted.map(([path]) => path.replace(/^.*node_modules\//, '')).sort()).toEqual(['esbuild']);
  });
});

describe('a command', () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'a project #'));
    for (const folder of ['scripts', 'node_modules']) mkdirSync(join(project, folder));
    copyFileSync(join(root, 'scripts/run.mjs'), join(project, 'scripts/run.mjs'));
    writeFileSync(join(project, 'scripts/hello.ts'), "console.log('by the machine’s own')");
    for (const file of ['package-lock.json', 'node_modules/.package-lock.json']) {
      writeFileSync(join(project, file), JSON.stringify({ packages: {} }));
    }
  });
  afterEach(() => rmSync(project, { recursive: true }));

  const run = () => runCommand(process.execPath, [join(project, 'scripts/run.mjs'), 'hello']);

  it('is run by the Node.js of node_modules', async () => {
    const folder = join(project, 'node_modules', nodePackage, 'bin');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'node'), '#!/bin/sh\necho by that of node_modules\n');
    chmodSync(join(folder, 'node'), 0o755);
    expect((await run()).stdout).toBe('by that of node_modules\n');
  });

  it('is run by the machine’s own where there is no package for its platform', async () => {
    expect((await run()).stdout).toBe('by the machine’s own\n');
  });
});
