import type { Command } from 'commander';
import { addList } from './keys/list.ts';
import { addRotate } from './keys/rotate.ts';

export function addKeysCommands(program: Command): void {
  const keys = program.command('keys').description('the keys that sign tokens');
  addList(keys);
  addRotate(keys);
}
