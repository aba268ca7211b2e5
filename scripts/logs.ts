import { parseArgs } from 'node:util';
import { paths, readSettings } from './local/settings.ts';
import { followLogs } from './local/stack/logs.ts';
import { readStackFile } from './local/stack/stackFile.ts';
import { runMain, UserError } from './local/userError.ts';

/** `npm run logs [function] [-- --follow]`: what the local Lambdas have logged, of all of them or of one. */
await runMain(async () => {
  const options = { follow: { type: 'boolean', short: 'f', default: false } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const settings = readSettings();
  const { functions } = readStackFile(paths(settings).stackFile);
  const [wanted] = positionals;
  if (wanted !== undefined && !(wanted in functions)) {
    throw new UserError(`There is no function ${wanted}`, `There are: ${Object.keys(functions).join(', ')}`);
  }
  const chosen = Object.entries(functions).filter(([name]) => wanted === undefined || name === wanted);
  await followLogs(settings, new Map(chosen), values.follow);
  return true;
});
