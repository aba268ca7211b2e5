import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureCertificates } from '../cloud/certificates.ts';
import { isPortHeld } from '../cloud/ports.ts';
import { findService, serviceArguments, startService } from '../cloud/processes.ts';
import { portsOf, refuseTakenPorts, stop } from '../cloud/services.ts';
import { paths, type Settings, serviceEnvironment } from '../settings.ts';
import { UserError } from '../userError.ts';

/** Starts the front anew; returns when it takes connections. It reads `front.json` again whenever that changes. */
export async function startFront(settings: Settings): Promise<void> {
  const { tls, log } = paths(settings);
  const { caFile } = await ensureCertificates(tls);
  await refuseTakenPorts(settings, ['front']);
  await stopFront(settings);
  const ports = portsOf('front', settings);
  for (const port of ports) await isPortHeld(port);
  const id = { name: 'front', stateDir: settings.stateDir } as const;
  startService({
    ...id,
    command: process.execPath,
    args: [join(import.meta.dirname, 'main.ts'), ...serviceArguments(id, ports)],
    cwd: settings.root,
    env: {
      ...serviceEnvironment(settings),
      GATEHOUSE_STATE_DIR: settings.stateDir,
      GATEHOUSE_CLOUD_PORT: String(settings.cloudPort),
      GATEHOUSE_PORT: String(settings.frontPort),
      GATEHOUSE_MAIL_PORT: String(settings.mailPort),
    },
    logFile: log('front'),
  });
  for (let waited = 0; waited < 30_000; waited += 50) {
    if (await answers(settings, caFile)) return;
    if (findService(id) === undefined) break;
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
  return stop('front', settings);
}
