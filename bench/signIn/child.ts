import process from 'node:process';
import { hashAlone, kindOf } from './names.ts';
import { signInWorld } from './world.ts';

/** One contestant in a process of its own; each message has it do so many, and answer the milliseconds of one. */
const [name = '', delayMs = '0', count = '10', by = 'wall'] = process.argv.slice(2);
const world = await signInWorld(Number(delayMs));
const kind = kindOf(name);
const once = name === hashAlone ? world.hash : () => world.attempt(kind);

async function measure(): Promise<number> {
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  for (let index = 0; index < Number(count); index += 1) await once();
  const { user, system } = process.cpuUsage(cpu);
  return (by === 'wall' ? performance.now() - began : (user + system) / 1000) / Number(count);
}

process.on('message', async () => {
  if (kind === 'known device') await world.meetDevices(Number(count));
  process.send?.(await measure());
});
/** Code is compiled as it is used. */
for (let index = 0; index < 100; index += 1) await once();
process.send?.('ready');
