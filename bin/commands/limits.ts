import type { Command } from 'commander';
import { addList } from './limits/list.ts';
import { addReset } from './limits/reset.ts';
import { addShow } from './limits/show.ts';

export function addLimitsCommands(program: Command): void {
  const limits = program.command('limits').description('how often who may try what');
  addList(limits);
  addShow(limits);
  addReset(limits);
}
