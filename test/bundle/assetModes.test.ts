import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { runCommand } from '../../scripts/local/cloud/commands.ts';
import { root } from '../../scripts/local/settings.ts';

const readable = new Set([0o755, 0o644]);

it('whatever the umask, everybody may read what is uploaded', async () => {
  const assembly = mkdtempSync(join(tmpdir(), 'gatehouse-modes-'));
  const context = JSON.stringify({ ...cdkJson.context, stage: 'local' });
  const { code, output } = await runCommand('sh', ['-c', 'umask 077; exec "$0" bin/app.ts', process.execPath], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: context },
  });
  expect([code, output]).toEqual([0, expect.any(String)]);
  const assets = readdirSync(assembly, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.startsWith('asset.'),
  );
  const modes = Map.groupBy(assets, (path) => statSync(join(assembly, path)).mode & 0o777);
  expect([...modes.keys()].filter((mode) => !readable.has(mode))).toEqual([]);
  expect(assets.filter((path) => path.endsWith('.node')).length).toBeGreaterThan(0);
  rmSync(assembly, { recursive: true });
});
