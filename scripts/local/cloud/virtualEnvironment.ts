import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../userError.ts';
import { lastLines, runCommand } from './commands.ts';
import { ensureSharedFolder } from './sharedFolder.ts';

/**
 * Python packages, as a requirements file pins them, in a virtual environment of their own. It is built elsewhere and
 * moved, so its packages are run by its Python: a command in its `bin` names the path it was built at.
 */
export interface PythonTool {
  /** What it is, for the lines that a person reads. */
  readonly name: string;
  readonly folder: string;
  readonly requirementsFile: string;
  /** The modules that show that it is whole. */
  readonly modules: readonly string[];
  /** Where pip's output goes when it fails. */
  readonly log: string;
  /** What to do where there is no Python. */
  readonly instead: string;
}

/** Holds the requirements: a virtual environment without it, or of others, is built anew. */
const markerFile = (folder: string) => join(folder, '.gatehouse-requirements');

export const venvPython = (folder: string) => join(folder, 'bin', 'python');

/** Whether the virtual environment holds what the requirements ask for, and its Python still runs. */
async function isReady({ folder, modules }: PythonTool, wanted: string): Promise<boolean> {
  if (!existsSync(markerFile(folder)) || readFileSync(markerFile(folder), 'utf8') !== wanted) return false;
  const { code } = await runCommand(venvPython(folder), ['-c', `import ${modules.join(', ')}`]);
  return code === 0;
}

/** Makes sure that a tool is installed as it is pinned. Returns whether it had to be. */
export function ensureInstalled(tool: PythonTool, report: (line: string) => void): Promise<boolean> {
  const wanted = readFileSync(tool.requirementsFile, 'utf8');
  return ensureSharedFolder({
    folder: tool.folder,
    isWhole: () => isReady(tool, wanted),
    async build(partial) {
      await install(tool, partial, report);
      writeFileSync(markerFile(partial), wanted);
    },
  });
}

async function install(tool: PythonTool, folder: string, report: (line: string) => void): Promise<void> {
  const { name, requirementsFile, log } = tool;
  const python = await findPython(tool);
  report(`virtual environment with ${python}`);
  const made = await runCommand(python, ['-m', 'venv', folder]);
  if (made.code !== 0) {
    throw new UserError(
      `${python} cannot create a virtual environment (${lastLines(made.output, 1)})`,
      'Install its venv module (Debian and Ubuntu: apt install python3-venv) and run this again',
    );
  }
  report(`${name}, with pip`);
  // Wheels alone: to build a package from its sources, pip fetches tools that no requirements file pins.
  const pinned = ['--require-hashes', '--only-binary', ':all:', '-r', requirementsFile];
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', ...pinned];
  const installed = await runCommand(venvPython(folder), pip, { onLine: report });
  if (installed.code !== 0) {
    writeFileSync(log, installed.output);
    throw new UserError(
      `pip could not install ${name} (${lastLines(installed.output.replaceAll(/^WARNING.*$/gm, ''), 1)})`,
      `Check that the Python package index can be reached and run this again; the whole output is in ${log}`,
    );
  }
}

const candidates = ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

async function findPython({ name, instead }: PythonTool): Promise<string> {
  const chosen = process.env['GATEHOUSE_PYTHON'];
  const seen: string[] = [];
  for (const python of chosen === undefined ? candidates : [chosen]) {
    const { code, stdout } = await runCommand(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
    if (code !== 0) continue;
    const [major = 0, minor = 0] = stdout.trim().split('.').map(Number);
    if (major === 3 && minor >= 10) return python;
    seen.push(`${python} is ${stdout.trim()}`);
  }
  const found = seen.length > 0 ? ` (${seen.join(', ')})` : '';
  throw new UserError(`Python 3.10 or newer is needed for ${name}, and there is none${found}`, instead);
}
