import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Operator } from '../../../lambdas/core/audit/operator.ts';
import { exportedPepper } from '../../../lambdas/core/passwords/passwordPepper.ts';
import { type ExportSummary, exportAccounts } from '../../../lambdas/flows/moving/exportAccounts.ts';
import { CliError } from '../support/cliError.ts';
import type { Deployment } from '../support/deployment.ts';
import { contextOf } from '../support/globals.ts';
import { newFile } from '../support/newFile.ts';
import { callerIdentity } from '../support/operator.ts';
import { macKeys } from '../support/stores.ts';
import { openExport } from './stores.ts';
import { refuseUnreadable } from './unreadable.ts';

const heldCharacters = 1_000_000;

export function addExport(users: Command): void {
  users
    .command('export')
    .description('writes every account with its password hash, one JSON record a line')
    .argument('<file>', 'which must not be there yet')
    .option('--pepper-keys <file>', 'write the keys of the peppered hashes as well, into another file')
    .addHelpText('after', help)
    .action(async (file: string, { pepperKeys }: { pepperKeys?: string }, command: Command) => {
      const { output, deployment } = contextOf(command);
      for (const one of [file, pepperKeys]) if (one && existsSync(one)) throw new CliError(`${one} is there already`);
      const found = await deployment();
      const operator = await callerIdentity();
      const summary = await writeExport(found, { operator, file, withPeppers: pepperKeys !== undefined });
      if (pepperKeys !== undefined) {
        await writePepperKeys(found, summary, pepperKeys).catch(async (error: unknown) => {
          await rm(file);
          throw error;
        });
      }
      const { accounts, withFactors } = summary;
      const peppers = [...summary.peppers];
      await output.result({ accounts, peppers, with_factors: withFactors, file }, () =>
        [
          `${accounts} accounts in ${file}`,
          ...(peppers.length > 0 && pepperKeys === undefined
            ? [`their hashes verify nothing without the pepper ${peppers.join(', ')}: see --pepper-keys`]
            : []),
          ...(withFactors > 0 ? [`${withFactors} accounts have second factors, which stay behind`] : []),
        ].join('\n'),
      );
      refuseUnreadable(summary.unreadable);
    });
}

const help = `
\`gatehouse users import\` reads the file back. A hash with keyid=… in it is Argon2id of a peppered password:
  password hash = argon2id(base64url(HMAC-SHA256(key, NFKC(password)))), without padding
--pepper-keys writes the keys, in hexadecimal, by keyid. To move to another Gatehouse, give its secret of credential
keys the value of this one's instead, before anybody has an account there.
Second factors are not exported: secrets of authenticators are under a key, and passkeys belong to the domain.

The export is recorded in the audit log before it begins.

Examples:
  $ npx gatehouse users export users.jsonl --stage prod
  $ npx gatehouse users export users.jsonl --pepper-keys peppers.json --stage prod`;

function writeExport(
  deployment: Deployment,
  { operator, file, withPeppers }: { operator: Operator; file: string; withPeppers: boolean },
): Promise<ExportSummary> {
  return newFile(file, async (append) => {
    let held = '';
    const write = async (line: string, atLeast = heldCharacters) => {
      held += line;
      if (held.length < atLeast) return;
      await append(held);
      held = '';
    };
    const summary = await exportAccounts(openExport(deployment), { operator, withPeppers, write });
    await write('', 0);
    return summary;
  });
}

async function writePepperKeys(deployment: Deployment, { peppers }: ExportSummary, file: string): Promise<void> {
  const keys = macKeys(deployment, 'credentialKeys');
  const entries = [...peppers].map(async (kid) => {
    const key = await keys.find(kid);
    if (!key) throw new CliError(`the pepper ${kid} is not in the secret any more`);
    return exportedPepper(key);
  });
  const written = Object.fromEntries(await Promise.all(entries));
  await newFile(file, (append) => append(`${JSON.stringify(written, null, 2)}\n`));
}
