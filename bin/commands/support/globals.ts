import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { type Deployment, findDeployment } from './deployment.ts';
import { useLocalCloud } from './localCloud.ts';
import { createOutput, type Output } from './output.ts';

const schema = z.object({ stage: z.string(), prefix: z.string(), json: z.boolean().default(false) });
const root = resolve(import.meta.dirname, '../../..');

/** What every command gets from the global options. */
export interface CommandContext {
  readonly stage: string;
  readonly prefix: string;
  readonly output: Output;
  /** To be called before the first AWS client is made. */
  useCloud(): void;
  /** The physical names of the stage's parts. */
  deployment(): Promise<Deployment>;
}

export function contextOf(command: Command): CommandContext {
  const { stage, prefix, json } = schema.parse(command.optsWithGlobals());
  const useCloud = () => useLocalCloud(stage, root);
  return {
    stage,
    prefix,
    output: createOutput({ json }),
    useCloud,
    deployment() {
      useCloud();
      return findDeployment({ prefix, stage });
    },
  };
}

/** A positive whole number from the command line. */
export function count(text: string): number {
  const parsed = z.coerce.number().int().positive().safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('It is not a positive whole number.');
  return parsed.data;
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment from the command line, in epoch milliseconds: RFC 3339, or how long ago (`90s`, `15m`, `2h`, `7d`). */
export function moment(text: string, nowMs = Date.now()): number {
  const ago = /^(\d{1,6})([smhd])$/.exec(text);
  const unit = z.enum(['s', 'm', 'h', 'd']).safeParse(ago?.[2]);
  if (unit.success) return nowMs - Number(ago?.[1]) * unitMs[unit.data];
  const parsed = z.iso.datetime({ offset: true }).safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('It is neither 15m, 2h or 7d nor an RFC 3339 date and time.');
  return Date.parse(parsed.data);
}
