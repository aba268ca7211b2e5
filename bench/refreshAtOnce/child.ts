import process from 'node:process';
import { isOneRotation, presentAtOnce } from '../refresh/atOnce.ts';
import { refreshWorld } from '../refresh/ours.ts';

/** Presents one token many times at once, and tells whether that was one rotation. What it logs is thrown away. */
const uses = Number(process.argv[2]);
const found = await presentAtOnce(await refreshWorld({ delayMs: 5, algorithm: 'ES256', sessions: 1 }), uses);
process.send?.(Number(isOneRotation(found, uses)));
