import type { Command } from 'commander';
import { addSuppressionCommands } from './mail/suppressions.ts';

export function addMailCommands(program: Command): void {
  const mail = program.command('mail').description('the mails that are sent, and those that are not');
  addSuppressionCommands(mail);
}
