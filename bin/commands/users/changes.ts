import type { Command } from 'commander';
import { disableAccount, enableAccount } from '../../../lambdas/flows/accounts/changeAccountStatus.ts';
import { eraseAccount } from '../../../lambdas/flows/accounts/eraseAccount.ts';
import { contextOf } from '../support/globals.ts';
import { callerIdentity } from '../support/operator.ts';
import { accountView } from './show.ts';
import { openStores } from './stores.ts';

const example = (name: string) =>
  `
Examples:
  $ npx gatehouse users ${name} ada@example.com
  $ npx gatehouse users ${name} 7d0c1c52-… --stage prod`;

export function addStatusCommands(users: Command): void {
  users
    .command('disable')
    .description('ends all sessions of an account, and lets it begin no other')
    .argument('<user>', 'address or sub')
    .addHelpText('after', example('disable'))
    .action(async (user: string, _options: unknown, command: Command) => {
      const { output, stores, account, operator } = await open(user, command);
      const changed = await disableAccount(stores, account, { operator });
      await output.result({ ...accountView(account), status: 'disabled', changed }, () =>
        changed ? `${account.email} is disabled and signed out` : `${account.email} was disabled already`,
      );
    });

  users
    .command('enable')
    .description('lets a disabled account sign in again')
    .argument('<user>', 'address or sub')
    .addHelpText('after', example('enable'))
    .action(async (user: string, _options: unknown, command: Command) => {
      const { output, stores, account, operator } = await open(user, command);
      const changed = await enableAccount(stores, account, operator);
      await output.result({ ...accountView(account), status: 'active', changed }, () =>
        changed ? `${account.email} may sign in again` : `${account.email} was not disabled`,
      );
    });

  users
    .command('delete')
    .description('deletes an account and everything kept of its owner, who is told; its audit events stay, by its sub')
    .argument('<user>', 'address or sub')
    .requiredOption('--yes', 'really delete it: this cannot be undone')
    .addHelpText(
      'after',
      `${example('delete --yes')}\n\nInterrupted, it goes on by itself within the hour, or when it is called again.`,
    )
    .action(async (user: string, _options: unknown, command: Command) => {
      const { output, stores, account, operator } = await open(user, command);
      await eraseAccount(stores, account, { actor: operator });
      await output.result({ sub: account.sub, deleted: true }, () => `${account.email} (${account.sub}) is deleted`);
    });
}

async function open(user: string, command: Command) {
  const { output, deployment } = contextOf(command);
  const stores = openStores(await deployment());
  const [account, operator] = await Promise.all([stores.account(user), callerIdentity()]);
  return { output, stores, account, operator };
}
