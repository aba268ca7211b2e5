import type { Command } from 'commander';
import { operatorEvent } from '../../../lambdas/core/audit/auditEvent.ts';
import { systemClock } from '../../../lambdas/core/common/clock.ts';
import type { MacKeys } from '../../../lambdas/core/keys/ports.ts';
import { type Suppression, suppressionHash } from '../../../lambdas/core/mail/mailSuppression.ts';
import type { SuppressionAdministration } from '../../../lambdas/core/mail/ports.ts';
import { createDocumentClient } from '../../../lambdas/stores/dynamo/client.ts';
import { createSuppressionAdministration } from '../../../lambdas/stores/mail/suppressionAdministration.ts';
import { CliError } from '../support/cliError.ts';
import type { Deployment } from '../support/deployment.ts';
import { emailAddress } from '../support/emailAddress.ts';
import { contextOf } from '../support/globals.ts';
import { callerIdentity } from '../support/operator.ts';
import { instant, table } from '../support/output.ts';
import { withCount } from '../support/readCount.ts';
import { macKeys, tablesOf } from '../support/stores.ts';

export function addSuppressionCommands(mail: Command): void {
  const suppressions = mail
    .command('suppressions')
    .description('addresses that get no mail, because it bounced or its reader complained');

  suppressions
    .command('list')
    .description('shows them, by their keyed hashes: the addresses themselves are not kept')
    .addHelpText('after', '\nExamples:\n  $ npx gatehouse mail suppressions list --stage prod')
    .action(async (_options: unknown, command: Command) => {
      const { output, deployment } = contextOf(command);
      const { administration } = open(await deployment());
      const views = (await Array.fromAsync(withCount(administration.list(), 'suppressions'), viewOf)).toSorted((a, b) =>
        b.at.localeCompare(a.at),
      );
      await output.result(views, () =>
        views.length === 0
          ? 'no address is suppressed'
          : table({
              head: ['address hash', 'reason', 'at'],
              rows: views.map(({ address_hash, reason, at }) => [address_hash, reason, at]),
            }),
      );
    });

  suppressions
    .command('check')
    .description('tells whether an address is suppressed')
    .argument('<address>')
    .addHelpText('after', '\nExamples:\n  $ npx gatehouse mail suppressions check ada@example.com')
    .action(async (text: string, _options: unknown, command: Command) => {
      const { output, deployment } = contextOf(command);
      const [found] = await findAll(open(await deployment()), text);
      await output.result({ suppressed: found !== undefined, ...(found && viewOf(found)) }, () =>
        found ? `${text} is suppressed: ${found.reason} at ${instant(found.at)}` : `${text} is not suppressed`,
      );
    });

  suppressions
    .command('remove')
    .description('lets mail go to an address again')
    .argument('<address>')
    .addHelpText(
      'after',
      `
Examples:
  $ npx gatehouse mail suppressions remove ada@example.com --stage prod

SES keeps a list of its own for the account: aws sesv2 delete-suppressed-destination --email-address …`,
    )
    .action(async (text: string, _options: unknown, command: Command) => {
      const { output, deployment } = contextOf(command);
      const stores = open(await deployment());
      const operator = await callerIdentity();
      const found = await findAll(stores, text);
      if (found.length === 0) throw new CliError(`${text} is not suppressed`);
      for (const { addressHash, reason } of found) {
        const event = operatorEvent(operator, { type: 'mail.unsuppressed', nowMs: systemClock(), reason });
        await stores.administration.remove({ addressHash, event });
      }
      await output.result({ removed: found.map(viewOf) }, () => `mail goes to ${text} again`);
    });
}

interface Stores {
  readonly administration: SuppressionAdministration;
  readonly keys: Pick<MacKeys, 'all'>;
}

function open(deployment: Deployment): Stores {
  return {
    administration: createSuppressionAdministration({
      client: createDocumentClient(),
      tables: tablesOf(deployment),
    }),
    keys: macKeys(deployment, 'mailKeys'),
  };
}

/** The suppressions of an address, under whichever key of the ring. */
async function findAll({ administration, keys }: Stores, text: string): Promise<Suppression[]> {
  const email = emailAddress(text);
  const hashes = (await keys.all()).map((key) => suppressionHash(email, key));
  const found = await Promise.all(hashes.map((hash) => administration.find(hash)));
  return found.filter((suppression) => suppression !== undefined);
}

function viewOf({ addressHash, reason, at }: Suppression) {
  return { address_hash: addressHash, reason, at: instant(at) };
}
