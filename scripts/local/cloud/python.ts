import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths, type Settings } from '../settings.ts';
import { UserError } from '../userError.ts';
import { lastLines, runCommand } from './commands.ts';

const requirementsFile = join(import.meta.dirname, 'requirements.txt');

/** Written last: a virtual environment without it, or with another content, is built anew. */
const markerFile = (venvDir: string) => join(venvDir, '.gatehouse-requirements');

export const venvPython = (venvDir: string) => join(venvDir, 'bin', 'python');

/** Whether the virtual environment holds what `requirements.txt` asks for, and its Python still runs. */
async function isReady(venvDir: string, wanted: string): Promise<boolean> {
  if (!existsSync(markerFile(venvDir)) || readFileSync(markerFile(venvDir), 'utf8') !== wanted) return false;
  const { code } = await runCommand(venvPython(venvDir), ['-c', 'import ministack, cryptography, hypercorn']);
  return code === 0;
}

/** Makes sure that the project's virtual environment has the pinned emulator. Returns whether it had to be built. */
export async function ensureEmulator(settings: Settings, report: (line: string) => void): Promise<boolean> {
  const wanted = readFileSync(requirementsFile, 'utf8');
  const { venvDir } = settings;
  if (await isReady(venvDir, wanted)) return false;
  rmSync(venvDir, { recursive: true, force: true });
  const python = await findPython();
  report(`virtual environment with ${python}`);
  const made = await runCommand(python, ['-m', 'venv', venvDir]);
  if (made.code !== 0) {
    rmSync(venvDir, { recursive: true, force: true });
    throw new UserError(
      `${python} cannot create a virtual environment (${lastLines(made.output, 1)})`,
      'Install its venv module (Debian and Ubuntu: apt install python3-venv) and run this again',
    );
  }
  report('the emulator, with pip');
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '-r', requirementsFile];
  const installed = await runCommand(venvPython(venvDir), pip, { onLine: report });
  if (installed.code !== 0) {
    writeFileSync(paths(settings).log('pip'), installed.output);
    rmSync(venvDir, { recursive: true, force: true });
    throw new UserError(
      `pip could not install the emulator (${lastLines(installed.output.replaceAll(/^WARNING.*$/gm, ''), 1)})`,
      'Check that the Python package index can be reached and run this again; the whole output is in ' +
        paths(settings).log('pip'),
    );
  }
  writeFileSync(markerFile(venvDir), wanted);
  return true;
}

const candidates = ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

async function findPython(): Promise<string> {
  const chosen = process.env['GATEHOUSE_PYTHON'];
  const seen: string[] = [];
  for (const python of chosen === undefined ? candidates : [chosen]) {
    const { code, stdout } = await runCommand(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
    if (code !== 0) continue;
    const [major = 0, minor = 0] = stdout.trim().split('.').map(Number);
    if (major === 3 && minor >= 10) return python;
    seen.push(`${python} is ${stdout.trim()}`);
  }
  const instead = seen.length > 0 ? ` (${seen.join(', ')})` : '';
  throw new UserError(
    `Python 3.10 or newer is needed for the local cloud, and there is none${instead}`,
    'Install it, or name one in GATEHOUSE_PYTHON, or point AWS_ENDPOINT_URL at a LocalStack-compatible endpoint',
  );
}
