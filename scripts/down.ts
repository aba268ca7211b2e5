import { takeDown } from './local/cloud/down.ts';
import { otherServices } from './local/cloud/services.ts';
import { readSettings } from './local/settings.ts';
import { runMain } from './local/userError.ts';

await runMain(async () => {
  const settings = readSettings();
  const stopped = await takeDown(settings);
  process.stdout.write(stopped.length === 0 ? 'Nothing was running.\n' : `Stopped ${stopped.join(' and ')}.\n`);
  process.stdout.write(otherServices(settings));
  return true;
});
