import { cpus } from 'node:os';
import process from 'node:process';
import type { Load } from './load.ts';

/** Where the figures come from: they hold for no other machine. */
export interface Machine {
  readonly node: string;
  readonly processor: string;
  readonly cores: number;
  /** Load average when the run began. */
  readonly load: number;
}

export function machineOf({ average, cores }: Load): Machine {
  const processor = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${process.arch}`;
  return { node: process.versions.node, processor, cores, load: average };
}
