import type { Command } from 'commander';
import { addStatusCommands } from './users/changes.ts';
import { addCreate, type CreateDefaults } from './users/create.ts';
import { addExport } from './users/export.ts';
import { addFactorCommands } from './users/factors.ts';
import { addImport } from './users/import.ts';
import { addList } from './users/list.ts';
import { addSessionCommands } from './users/sessions.ts';

export function addUsersCommands(program: Command, options: CreateDefaults): void {
  const users = program.command('users').description('accounts and their sessions');
  addCreate(users, options);
  addImport(users, options);
  addExport(users);
  addList(users);
  addStatusCommands(users);
  addSessionCommands(users);
  addFactorCommands(users);
}
