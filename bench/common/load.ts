import { availableParallelism, loadavg } from 'node:os';

export interface Load {
  /** The load average of the last minute. */
  readonly average: number;
  readonly cores: number;
}

export function currentLoad(): Load {
  return { average: loadavg()[0] ?? 0, cores: availableParallelism() };
}

/** Why nothing is measured now, in one line; undefined on a machine that is free. */
export function loadRefusal({ average, cores }: Load): string | undefined {
  if (average <= cores) return undefined;
  const perCore = (average / cores).toFixed(1);
  return `The machine is busy: a load of ${perCore} a core, of 1 at most. Wait, or develop with --anyway`;
}
