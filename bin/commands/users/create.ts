import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { type Command, InvalidArgumentError } from 'commander';
import { createCommonPasswords } from '../../../lambdas/clients/passwords/commonPasswords.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { type Role, roles } from '../../../lambdas/core/accounts/account.ts';
import { createPasswordPolicy } from '../../../lambdas/core/passwords/passwordPolicy.ts';
import { createAccount } from '../../../lambdas/flows/accounts/createAccount.ts';
import { eraseAccount } from '../../../lambdas/flows/accounts/eraseAccount.ts';
import { CliError } from '../support/cliError.ts';
import { newEmailAddress } from '../support/emailAddress.ts';
import { contextOf } from '../support/globals.ts';
import { callerIdentity } from '../support/operator.ts';
import { createOutput, type Output, writeTo } from '../support/output.ts';
import { tenant } from '../support/tenant.ts';
import { accountView } from './show.ts';
import { openStores, passwordHasher } from './stores.ts';

interface CreateOptions {
  readonly role?: readonly Role[];
  readonly tenant: string;
  readonly passwordStdin?: true;
}

export interface CreateDefaults {
  readonly defaultTenant: string;
  /** The path of the filter of common passwords. Makes the file first if it is missing. */
  readonly commonPasswordsFile: () => string;
}

export function addCreate(users: Command, { defaultTenant, commonPasswordsFile }: CreateDefaults): void {
  users
    .command('create')
    .description('makes an account; its password is generated and shown once, unless it is given')
    .argument('<email>')
    .option('--role <role>', `${roles.join(', ')}; repeatable (default: member)`, addRole)
    .option('--tenant <id>', 'the tenant it belongs to', tenant, defaultTenant)
    .option('--password-stdin', 'read the password from standard input')
    .addHelpText(
      'after',
      `
The account may sign in at once: its address counts as verified.

Examples:
  $ npx gatehouse users create ada@example.com --role admin --stage prod
  $ pass show ben | npx gatehouse users create ben@example.com --tenant acme --password-stdin`,
    )
    .action(async (email: string, options: CreateOptions, command: Command) => {
      const { output, deployment } = contextOf(command);
      const normalized = newEmailAddress(email);
      const given = options.passwordStdin ? await readPassword() : undefined;
      const found = await deployment();
      const passwordPolicy = createPasswordPolicy({
        minimumLength: found.setting('passwordMinimumLength'),
        commonPasswords: createCommonPasswords(commonPasswordsFile()),
      });
      const password = given ?? randomBytes(15).toString('base64url');
      const [stores, operator] = [openStores(found), await callerIdentity()];
      const result = await createAccount(
        { ...stores, hasher: passwordHasher(found), passwordPolicy },
        { email: normalized, password, roles: options.role ?? ['member'], tenantId: options.tenant, operator },
      );
      if (result.status === 'created') {
        if (given !== undefined) return show(output, result.account);
        const undo = () => eraseAccount(stores, result.account, { actor: operator });
        return showPassword(output, { account: result.account, password, undo });
      }
      throw new CliError(
        result.status === 'address_taken'
          ? `there is an account ${normalized} already: see \`gatehouse users list\``
          : `the password will not do: ${result.errors.map(({ message }) => message).join(' ')}`,
      );
    });
}

function addRole(text: string, before: readonly Role[] | undefined): readonly Role[] {
  const role = roles.find((one) => one === text);
  if (role === undefined) throw new InvalidArgumentError(`There are ${roles.join(', ')}.`);
  return [...(before ?? []), role];
}

/** Everything up to the end of the input, without the line feed that `echo` adds. */
async function readPassword(): Promise<string> {
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (password === '') throw new CliError('no password on standard input: pipe it in, or leave --password-stdin out');
  return password;
}

function show(output: Output, account: Account, generated?: string): Promise<void> {
  const view = accountView(account);
  return output.result({ ...view, ...(generated !== undefined && { password: generated }) }, () =>
    [
      `${view.email} is ${view.sub} (${view.roles.join(', ')}) in tenant ${view.tenant_id}`,
      ...(generated === undefined ? [] : [`password: ${generated}`, 'It is not shown again.']),
    ].join('\n'),
  );
}

interface GeneratedPassword {
  readonly account: Account;
  readonly password: string;
  /** Takes the account back. */
  readonly undo: () => Promise<unknown>;
}

/** Nobody knows the password but this process: it is shown wherever it can be, or the account does not stay. */
export async function showPassword(
  output: Output,
  { account, password, undo }: GeneratedPassword,
  elsewhere = createOutput(output, writeTo(process.stderr)),
): Promise<void> {
  try {
    await show(output, account, password);
  } catch (error) {
    try {
      await show(elsewhere, account, password);
    } catch {
      await undo();
    }
    throw error;
  }
}
