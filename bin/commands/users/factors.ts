import type { Command } from 'commander';
import { methodsOf } from '../../../lambdas/core/factors/factor.ts';
import { removeFactorAsOperator } from '../../../lambdas/flows/factors/administerFactors.ts';
import { CliError } from '../support/cliError.ts';
import { contextOf } from '../support/globals.ts';
import { callerIdentity } from '../support/operator.ts';
import { instant, table } from '../support/output.ts';
import { openFactors, openStores } from './stores.ts';

export function addFactorCommands(users: Command): void {
  users
    .command('factors')
    .description('shows the passkeys and authenticator apps of an account, and how many recovery codes are left')
    .argument('<user>', 'address or sub')
    .addHelpText('after', '\nExamples:\n  $ npx gatehouse users factors ada@example.com')
    .action(async (user: string, _options: unknown, command: Command) => {
      const { output, deployment } = contextOf(command);
      const found = await deployment();
      const account = await openStores(found).account(user);
      const set = await openFactors(found).factors.read(account.sub);
      const views = set.factors
        .toSorted((a, b) => a.createdAt - b.createdAt)
        .map((factor) => ({
          id: factor.id,
          type: methodsOf([factor])[0] ?? '',
          name: factor.name,
          created_at: instant(factor.createdAt),
        }));
      const left = set.recoveryCodes.size;
      await output.result({ factors: views, recovery_codes_left: left }, () =>
        views.length === 0
          ? `${account.email} has no factors`
          : `${table({
              head: ['id', 'type', 'added', 'name'],
              rows: views.map((one) => [one.id, one.type, one.created_at, one.name]),
            })}\n${left} recovery codes left`,
      );
    });

  users
    .command('remove-factor')
    .description('removes a factor and all recovery codes of an account, and ends its sessions; its owner is told')
    .argument('<user>', 'address or sub')
    .argument('<id>', 'of the factor, as `users factors` shows it')
    .addHelpText(
      'after',
      `
For a factor that is not the owner's, or that the owner has lost. Without the last one the password alone signs in: make
sure that it is the owner who asks, and who has the password.

Examples:
  $ npx gatehouse users remove-factor ada@example.com 3Jb7uQn2TqGm0oXw5rYcSA`,
    )
    .action(async (user: string, id: string, _options: unknown, command: Command) => {
      const { output, deployment } = contextOf(command);
      const found = await deployment();
      const [account, operator] = await Promise.all([openStores(found).account(user), callerIdentity()]);
      const outcome = await removeFactorAsOperator(openFactors(found), account, { id, operator });
      if (outcome !== 'removed') {
        const why = outcome === 'unknown' ? `has no factor ${id}` : 'has just changed: nothing was removed';
        throw new CliError(`${account.email} ${why}: see \`gatehouse users factors ${account.email}\``);
      }
      await output.result(
        { sub: account.sub, id, removed: true },
        () => `${id} of ${account.email} is removed, with all recovery codes; all sessions are over`,
      );
    });
}
