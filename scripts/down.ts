import { takeDown } from './local/cloud/down.ts';
import { readSettings } from './local/settings.ts';
import { runMain } from './local/userError.ts';

await runMain(async () => {
  const stopped = await takeDown(readSettings());
  process.stdout.write(stopped.length === 0 ? 'Nothing was running.\n' : `Stopped ${stopped.join(' and ')}.\n`);
  return true;
});
