import { rmSync } from 'node:fs';
import { stopFront } from '../front/service.ts';
import { paths, type Settings } from '../settings.ts';
import { stopCloud } from './cloud.ts';

/** Stops what `bringUp` started. The emulator keeps its state in memory: it ends with it. Returns what was stopped. */
export async function takeDown(settings: Settings): Promise<string[]> {
  const [front, cloud] = await Promise.all([stopFront(settings), stopCloud(settings)]);
  if (settings.ownsCloud) rmSync(paths(settings).stackFile, { force: true });
  return [...(front ? ['the front'] : []), ...(cloud ? ['the local cloud'] : [])];
}
