import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCloud } from '../../../../../scripts/local/cloud/cloud.ts';
import { freePorts, isPortTaken } from '../../../../../scripts/local/cloud/ports.ts';
import {
  findService,
  serviceArguments,
  startService,
  stopService,
} from '../../../../../scripts/local/cloud/processes.ts';
import { otherServices, refuseTakenPorts } from '../../../../../scripts/local/cloud/services.ts';
import { readSettings, type Settings } from '../../../../../scripts/local/settings.ts';
import { bringUp } from '../../../../../scripts/local/stack/up.ts';

let folder: string;
let settings: Settings;
let stranger: Server;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'services $HOME `#'));
  const [cloudPort = 0, frontPort = 0, mailPort = 0] = await freePorts(3);
  const endpointUrl = `http://127.0.0.1:${cloudPort}`;
  settings = readSettings({ stateDir: folder, cloudPort, frontPort, mailPort, endpointUrl, ownsCloud: true });
  stranger = createServer();
});
afterEach(async () => {
  stranger.close();
  await stopService({ name: 'cloud', stateDir: folder });
  rmSync(folder, { recursive: true, force: true });
});

/** Something that listens as a service of the state folder does. */
async function startOn(port: number): Promise<void> {
  const id = { name: 'cloud', stateDir: folder };
  const script = `require('node:net').createServer().listen(${port}, '127.0.0.1', () => console.log('up'))`;
  const args = ['-e', script, '--', ...serviceArguments(id, [port])];
  const logFile = join(folder, 'log', 'cloud.log');
  startService({ ...id, command: process.execPath, args, cwd: folder, env: process.env, logFile });
  await expect.poll(() => isPortTaken(port), { timeout: 30_000 }).toBe(true);
}

const listen = async (port: number) => once(stranger.listen(port, '127.0.0.1'), 'listening');

describe('a port that another program holds', () => {
  it.each(['cloudPort', 'frontPort', 'mailPort'] as const)(
    'is refused before anything is deployed: %s',
    async (which) => {
      await listen(settings[which]);
      await expect(bringUp(settings)).rejects.toThrow(`Port ${settings[which]} is taken by another program`);
    },
  );

  it('does not cost the stack that runs on another', async () => {
    const [before = 0] = await freePorts(1);
    await startOn(before);
    await listen(settings.cloudPort);
    await expect(startCloud(settings)).rejects.toThrow(`Port ${settings.cloudPort} is taken`);
    expect(findService({ name: 'cloud', stateDir: folder })?.ports).toEqual([before]);
  });
});

describe('a service of this state folder', () => {
  it('holds its port for no other', async () => {
    await startOn(settings.cloudPort);
    await expect(refuseTakenPorts(settings, ['cloud', 'front'])).resolves.toBeUndefined();
  });

  it('is named, with the way to stop it, where another state folder wants its port', async () => {
    await startOn(settings.cloudPort);
    const other = { ...settings, stateDir: '/elsewhere' };
    await expect(refuseTakenPorts(other, ['cloud'])).rejects.toThrow(`GATEHOUSE_STATE_DIR='${folder}' npm run down`);
  });

  it('is named by other commands when the folder has been deleted', async () => {
    await startOn(settings.cloudPort);
    rmSync(folder, { recursive: true });
    expect(otherServices({ ...settings, stateDir: '/elsewhere' })).toContain(
      `GATEHOUSE_STATE_DIR='${folder}' npm run down`,
    );
  });
});

it('two ports that are the same are refused', () => {
  expect(() => readSettings({ cloudPort: 4566, frontPort: 4566 })).toThrow('are the same');
});
