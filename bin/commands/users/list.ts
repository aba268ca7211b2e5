import type { Command } from 'commander';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { contextOf } from '../support/globals.ts';
import { table } from '../support/output.ts';
import { withCount } from '../support/readCount.ts';
import { tenant } from '../support/tenant.ts';
import { accountView } from './show.ts';
import { openStores } from './stores.ts';
import { refuseUnreadable } from './unreadable.ts';

export function addList(users: Command): void {
  users
    .command('list')
    .description('shows all accounts, and reads every one')
    .option('--tenant <id>', 'only those of a tenant', tenant)
    .addHelpText(
      'after',
      '\nExamples:\n  $ npx gatehouse users list --tenant acme\n  $ npx gatehouse users list --json',
    )
    .action(async (options: { tenant?: string }, command: Command) => {
      const { output, deployment } = contextOf(command);
      const accounts: Account[] = [];
      const unreadable: string[] = [];
      const { administration } = openStores(await deployment());
      for await (const account of withCount(
        administration.list((sub) => unreadable.push(sub)),
        'accounts',
      )) {
        if (options.tenant === undefined || account.tenantId === options.tenant) accounts.push(account);
      }
      const views = accounts.map(accountView).toSorted((a, b) => a.email.localeCompare(b.email));
      await output.result(views, () =>
        views.length === 0
          ? 'no accounts'
          : table({
              head: ['email', 'status', 'tenant', 'roles', 'created', 'sub'],
              rows: views.map((one) => [
                one.email,
                one.status,
                one.tenant_id,
                one.roles.join(' '),
                one.created_at,
                one.sub,
              ]),
            }),
      );
      refuseUnreadable(unreadable);
    });
}
