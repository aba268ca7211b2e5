import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ensureInstalled } from '../../../../../scripts/local/cloud/virtualEnvironment.ts';

/** A Python that makes an environment with itself in it, takes a while to install, and then has the modules. */
const python = `#!/bin/sh
here=$(dirname "$0")
case "$*" in
  *version_info*) echo 3.12 ;;
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  *"pip install"*" --require-hashes --only-binary :all: "*)
    touch "$here/begun" && sleep 0.2
    test ! -e "$here/../../refuse" && mv "$here/begun" "$here/done" ;;
  *) test -e "$here/done" ;;
esac
`;

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'gatehouse-venv-'));
  writeFileSync(join(parent, 'python'), python);
  chmodSync(join(parent, 'python'), 0o755);
  vi.stubEnv('GATEHOUSE_PYTHON', join(parent, 'python'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(parent, { recursive: true });
});

function install(requirements: string): Promise<boolean> {
  writeFileSync(join(parent, 'requirements.txt'), requirements);
  return ensureInstalled(
    {
      name: 'the tool',
      folder: join(parent, 'venv'),
      requirementsFile: join(parent, 'requirements.txt'),
      modules: ['tool'],
      log: join(parent, 'pip.log'),
      instead: '',
    },
    () => {},
  );
}

it('is installed once for each content of its requirements', async () => {
  expect([await install('tool==1'), await install('tool==1'), await install('tool==2')]).toEqual([true, false, true]);
  expect(existsSync(join(parent, 'venv/bin/done'))).toBe(true);
});

it('two runs at once do not take each other’s half-built one, or remove it', async () => {
  const built = await Promise.all([install('tool==1'), install('tool==1')]);
  expect(built.toSorted()).toEqual([false, true]);
  expect(readdirSync(parent).toSorted()).toEqual(['python', 'requirements.txt', 'venv']);
  expect(await install('tool==1')).toBe(false);
});

it('what pip could not install leaves nothing that a later run takes for whole', async () => {
  writeFileSync(join(parent, 'refuse'), '');
  await expect(install('tool==1')).rejects.toThrow(/pip could not install the tool/);
  expect(readdirSync(parent).toSorted()).toEqual(['pip.log', 'python', 'refuse', 'requirements.txt']);
});
