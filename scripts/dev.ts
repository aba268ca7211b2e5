import { join } from 'node:path';
import { watch } from 'chokidar';
import { createClients } from './local/cloud/clients.ts';
import { paths, readSettings } from './local/settings.ts';
import { createReloader } from './local/stack/hotReload.ts';
import { readStackFile } from './local/stack/stackFile.ts';
import { runMain } from './local/userError.ts';

/** Files saved together are one change. */
const settleMs = 50;

/** `npm run dev`: a change below `lambdas/` is live when it is saved. A change below `lib/` needs `npm run up`. */
await runMain(async () => {
  const settings = readSettings();
  const { functions, api_url } = readStackFile(paths(settings).stackFile);
  const reload = await createReloader(settings, createClients(settings).lambda, functions);
  let timer: NodeJS.Timeout | undefined;
  let queue = Promise.resolve();
  let saved: string[] = [];
  const run = async () => {
    const files = saved;
    saved = [];
    try {
      const { replaced, milliseconds } = await reload(files);
      const what = replaced.length === 0 ? 'no function changed' : replaced.join(', ');
      process.stdout.write(`${new Date().toTimeString().slice(0, 8)}  ${what}  (${milliseconds} ms)\n`);
    } catch (error) {
      process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  };
  watch(join(settings.root, 'lambdas'), { ignoreInitial: true }).on('all', (_, file) => {
    saved.push(file);
    clearTimeout(timer);
    timer = setTimeout(() => {
      queue = queue.then(run);
    }, settleMs);
  });
  process.stdout.write(`Watching lambdas/ for ${api_url}; Ctrl-C ends it.\n`);
  await new Promise((resolve) => process.once('SIGINT', resolve));
  process.exit(0);
});
