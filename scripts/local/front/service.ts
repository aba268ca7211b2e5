import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureCertificates } from '../cloud/certificates.ts';
import { isPortHeld } from '../cloud/ports.ts';
import { runningPid, startService, stopService } from '../cloud/processes.ts';
import { paths, type Settings } from '../settings.ts';
import { UserError } from '../userError.ts';

/** Starts the front anew; returns when it takes connections. It reads `front.json` again whenever that changes. */
export async function startFront(settings: Settings): Promise<void> {
  const { tls, pid, log } = paths(settings);
  const { caFile } = await ensureCertificates(tls);
  await stopService(pid('front'));
  for (const [name, port] of [
    ['GATEHOUSE_PORT', settings.frontPort],
    ['GATEHOUSE_MAIL_PORT', settings.mailPort],
  ] as const) {
    if (await isPortHeld(port)) {
      throw new UserError(`Port ${port} is taken by another program`, `Stop it, or choose another port with ${name}`);
    }
  }
  startService({
    command: process.execPath,
    args: [join(import.meta.dirname, 'main.ts')],
    cwd: settings.root,
    env: {
      ...process.env,
      GATEHOUSE_STATE_DIR: settings.stateDir,
      GATEHOUSE_PORT: String(settings.frontPort),
      GATEHOUSE_MAIL_PORT: String(settings.mailPort),
    },
    logFile: log('front'),
    pidFile: pid('front'),
    marker: 'local/front/main.ts',
    port: settings.frontPort,
  });
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (await answers(settings, caFile)) return;
    if (runningPid(pid('front')) === undefined) break;
    await sleep(50);
  }
  throw new UserError('The front did not start', `Read ${log('front')}`);
}

function answers({ frontPort }: Settings, caFile: string): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: 'localhost', port: frontPort, path: '/', ca: readFileSync(caFile), agent: false } as const;
    request(options, (response) => {
      response.resume();
      resolve(true);
    })
      .on('error', () => resolve(false))
      .end();
  });
}

export function stopFront(settings: Settings): Promise<boolean> {
  return stopService(paths(settings).pid('front'));
}
