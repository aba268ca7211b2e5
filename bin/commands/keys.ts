import type { Command } from 'commander';
import { addList } from './keys/list.ts';
import { addRotate } from './keys/rotate.ts';

export function addKeysCommands(program: Command, defaults: { readonly keyCacheSeconds: number }): void {
  const keys = program.command('keys').description('the keys that sign tokens');
  addList(keys);
  addRotate(keys, defaults);
}
