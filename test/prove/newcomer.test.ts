import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { type CommandResult, runCommand } from '../../scripts/local/cloud/commands.ts';
import { freePorts } from '../../scripts/local/cloud/ports.ts';
import { root, withoutAws } from '../../scripts/local/settings.ts';
import { createApi } from '../../scripts/local/stack/apiClient.ts';
import { readStackFile } from '../../scripts/local/stack/stackFile.ts';
import { api } from '../support/people/api.ts';
import { writeProof } from '../support/proof/proof.ts';

const ofThisRun = /^(GATEHOUSE_|npm_|VITEST|NODE_(ENV|OPTIONS|PATH)$)/;
/** Nobody answers there. */
const proxy = 'http://127.0.0.1:9';

/** What a newcomer has in the environment: nothing of this suite's, and a proxy, but the one for installing things. */
async function newcomer(): Promise<NodeJS.ProcessEnv> {
  const [cloud, front, mail] = await freePorts(3);
  const own = Object.entries(withoutAws(process.env)).filter(([name]) => !ofThisRun.test(name));
  const { PATH = '', ...env } = Object.fromEntries(own);
  return {
    ...env,
    PATH: PATH.split(delimiter)
      .filter((folder) => !folder.startsWith(root))
      .join(delimiter),
    ...{ HTTP_PROXY: proxy, http_proxy: proxy, NODE_USE_ENV_PROXY: '1' },
    ...{ GATEHOUSE_CLOUD_PORT: `${cloud}`, GATEHOUSE_PORT: `${front}`, GATEHOUSE_MAIL_PORT: `${mail}` },
  };
}

it('npm run up comes up from any path, under a strict umask, with a proxy, beside another stack', async () => {
  const parent = mkdtempSync(join(tmpdir(), 'gatehouse-newcomer-'));
  const project = join(parent, 'a b#ü?%20', 'gatehouse');
  mkdirSync(project, { recursive: true });
  const copy = 'git ls-files -zco --exclude-standard | tar -cf - --null -T - | tar -xf - -C "$0"';
  expect(await runCommand('sh', ['-c', copy, project], { cwd: root })).toMatchObject({ code: 0 });
  const env = await newcomer();
  const npm = (...args: readonly string[]): Promise<CommandResult> =>
    runCommand('sh', ['-c', 'umask 077; exec npm run -s "$@"', 'sh', ...args], { cwd: project, env });
  try {
    const started = performance.now();
    // With the demo, from a registration to a proven audit log.
    const { code, output } = await npm('up');
    expect([code, output]).toEqual([0, expect.stringContaining('Up after')]);
    writeProof('newcomer', { path: project, up_seconds: Math.round((performance.now() - started) / 1000) });
    const { api_url: apiUrl, ca_file: caFile } = readStackFile(join(project, '.local', 'stack.json'));
    expect((await createApi({ apiUrl, caFile })('/health')).status).toBe(200);
    expect((await api('/health')).status).toBe(200);
    expect(await npm('status')).toMatchObject({ code: 0 });
  } finally {
    const { code } = await npm('down');
    rmSync(parent, { recursive: true });
    expect(code).toBe(0);
  }
});
