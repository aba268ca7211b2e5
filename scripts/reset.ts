import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { takeDown } from './local/cloud/down.ts';
import { otherServices } from './local/cloud/services.ts';
import { readSettings } from './local/settings.ts';
import { runMain } from './local/userError.ts';

/** Everything of a state folder but the certificates: whoever trusts the local authority need not do it again. */
const removed = ['stack.json', 'front.json', 'cdk.out', 'log', 'run'];

await runMain(async () => {
  const settings = readSettings();
  const stopped = await takeDown(settings);
  for (const name of removed) rmSync(join(settings.stateDir, name), { recursive: true, force: true });
  if (process.argv.includes('--all')) {
    for (const folder of [settings.stateDir, settings.venvDir]) rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${stopped.length === 0 ? '' : `Stopped ${stopped.join(' and ')}. `}Local state removed.\n`);
  process.stdout.write(otherServices(settings));
  return true;
});
