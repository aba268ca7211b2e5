import { join } from 'node:path';
import { paths, root, type Settings } from '../settings.ts';
import { ensureInstalled, venvPython } from './virtualEnvironment.ts';

const requirementsFile = (name: string) => join(import.meta.dirname, name);

/** Makes sure that the project's virtual environment has the pinned emulator. Returns whether it had to be built. */
export function ensureEmulator(settings: Settings, report: (line: string) => void): Promise<boolean> {
  return ensureInstalled(
    {
      name: 'the emulator',
      folder: settings.venvDir,
      requirementsFile: requirementsFile('requirements.txt'),
      modules: ['ministack', 'cryptography', 'hypercorn'],
      log: paths(settings).log('pip'),
      instead:
        'Install it, or name one in GATEHOUSE_PYTHON, or point AWS_ENDPOINT_URL at a LocalStack-compatible endpoint',
    },
    report,
  );
}

/** Makes sure that the pinned cfn-lint is there. Returns the command that runs it, and its first arguments. */
export async function ensureCfnLint(report: (line: string) => void): Promise<readonly [string, ...string[]]> {
  const folder = join(root, '.local', 'cfn-lint');
  await ensureInstalled(
    {
      name: 'cfn-lint',
      folder,
      requirementsFile: requirementsFile('requirements.cfn-lint.txt'),
      modules: ['cfnlint'],
      log: join(root, '.local', 'cfn-lint.log'),
      instead: 'Install it, or name one in GATEHOUSE_PYTHON',
    },
    report,
  );
  return [venvPython(folder), '-c', 'import sys; from cfnlint.runner import main; sys.exit(main())'];
}
