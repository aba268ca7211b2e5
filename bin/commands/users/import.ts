import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { wrapFastDigest } from '../../../lambdas/clients/passwords/hashWrapper.ts';
import {
  type SecondFactorPolicy,
  secondFactorPolicies,
  type UnreadableHashPolicy,
  unreadableHashPolicies,
} from '../../../lambdas/flows/moving/guardPolicy.ts';
import { importAccounts } from '../../../lambdas/flows/moving/importAccounts.ts';
import { accountsPerTransaction } from '../../../lambdas/stores/accounts/accountImports.ts';
import { CliError } from '../support/cliError.ts';
import { contextOf } from '../support/globals.ts';
import { callerIdentity } from '../support/operator.ts';
import { printable } from '../support/output.ts';
import { macKeys } from '../support/stores.ts';
import { tenant } from '../support/tenant.ts';
import { deploymentIdentity } from './import/deploymentIdentity.ts';
import { type FormatName, formatNames, formatOf, readParameters } from './import/formats.ts';
import { inspectRecords } from './import/inspect.ts';
import { type Journal, openJournal } from './import/journal.ts';
import { openRecords, shapeOf } from './import/records.ts';
import { summarize } from './import/summary.ts';
import { openImports } from './stores.ts';

interface ImportCommandOptions {
  readonly format: FormatName;
  readonly tenant: string;
  readonly emailVerified?: true;
  readonly secondFactors: SecondFactorPolicy;
  readonly dropFactors?: true;
  readonly unreadableHashes: UnreadableHashPolicy;
  readonly firebaseParameters?: string;
  readonly map: ReadonlyMap<string, string>;
  readonly leave: readonly string[];
}

const concurrency = 8;

export function addImport(users: Command, { defaultTenant }: { readonly defaultTenant: string }): void {
  users
    .command('import')
    .description('makes accounts of a file, with the password hashes of another system')
    .argument(
      '<file>',
      '.jsonl or .ndjson (a record a line), .csv, or .json (an array, or an object with users or Users)',
    )
    .addOption(new Option('--format <name>', 'whose records they are').choices(formatNames).default('gatehouse'))
    .option('--map <theirs=ours>', 'what the file calls a field; repeatable', addName, new Map())
    .option(
      '--leave <field>',
      'a field that may be left behind, or what tells of more accounts; repeatable',
      addField,
      [],
    )
    .option('--tenant <id>', 'for records that name none', tenant, defaultTenant)
    .option('--email-verified', 'vouch for the addresses of records that do not say')
    .option('--firebase-parameters <file>', "the project's password hash parameters, as the console shows them")
    .addOption(
      new Option('--second-factors <policy>', 'accounts whose second factors are left behind')
        .choices(secondFactorPolicies)
        .default('reject'),
    )
    .option('--drop-factors', 'the same as --second-factors drop')
    .addOption(
      new Option('--unreadable-hashes <policy>', 'accounts whose password hash is not taken')
        .choices(unreadableHashPolicies)
        .default('reject'),
    )
    .addHelpText('after', help)
    .action(async (file: string, options: ImportCommandOptions, command: Command) => {
      const { output, deployment, stage } = contextOf(command);
      refuseMissing(file);
      const shape = shapeOf(file);
      const { firebaseParameters } = options;
      const firebase = firebaseParameters === undefined ? undefined : readParameters(firebaseParameters);
      const format = formatOf(options.format, shape, firebase);
      refuseUnknown(options.map, format.fields);
      const used = new Set<string>();
      const left = new Set(options.leave);
      const incomplete = new Set<string>();
      const naming = { names: options.map, fields: format.fields, used, left, incomplete };
      const records = () => openRecords(file, shape, naming);
      const inspection = await inspectRecords(records(), {
        read: format.read,
        names: options.map,
        used,
        left,
      });
      const found = await deployment();
      const operator = await callerIdentity();
      const rules = {
        format: options.format,
        tenantId: options.tenant,
        emailVerified: options.emailVerified ?? false,
        secondFactors: options.dropFactors ? 'drop' : options.secondFactors,
        unreadableHashes: options.unreadableHashes,
      };
      const journal = await openJournal(file, {
        deployment: await deploymentIdentity(found),
        label: stage,
        options: JSON.stringify({ ...rules, map: [...options.map].sort(), firebase: firebase && digest(firebase) }),
      });
      try {
        const { finishedAt } = journal;
        if (!finishedAt) {
          const reports = importAccounts(
            { ...openImports(found), wrap: wrapFastDigest, pepper: macKeys(found, 'credentialKeys') },
            records(),
            {
              ...rules,
              read: format.read,
              operator,
              key: journal.key,
              wants: (line) => journal.wants(line),
              batchSize: accountsPerTransaction,
              concurrency,
            },
          );
          await withBar(inspection.lastLine, journal, async (show) => {
            for await (const report of reports) {
              await journal.note(report);
              show();
            }
          });
          journal.finish();
        }
        const { factorsElsewhere } = format;
        await summarize(output, { journal, finishedAt, inspection, incomplete, factorsElsewhere });
      } finally {
        journal.close();
      }
    });
}

const help = `
The fields of the format gatehouse: email; and, where they are known, sub (a UUID), source_id (what the other system
calls the account), email_verified, password_hash, status (active, disabled), roles, tenant_id, created_at,
factor_methods (what second factors it has). In CSV the first line names them, and lists are separated by spaces.
Without a password_hash an account begins with a reset; an address that is not verified cannot sign in before one.

password_hash: PHC strings of Argon2, scrypt and PBKDF2; bcrypt; what passlib, Django, Werkzeug, Spring Security and
LDAP make of these; MD5, SHA-1, SHA-256 and SHA-512 as {MD5}, {SMD5}, {SHA}, {SSHA}, … or Django's, wrapped in Argon2id.
Each is replaced by our own at its owner's first sign-in. --unreadable-hashes: reject accounts with any other, or import
them without it (reset).

The other formats: auth0 (the exports of password hashes and of profiles, one after the other, or what Auth0 imports),
firebase (auth:export, with --firebase-parameters), cognito (list-users, admin-get-user), keycloak (users of a realm
export).

Second factors do not move. --second-factors: reject accounts that have any, import them without their password too
(reset), or with it alone (drop).

Nothing is written before the whole file was read. What is done stands in FILE.import.json: interrupted, the same
command goes on; finished, it tries the rejected records again. Every record that is not imported is in
FILE.rejected.jsonl, with its line and the reason; what is left behind of one that is, in FILE.notes.jsonl.

Examples:
  $ npx gatehouse users import users.jsonl --stage prod
  $ npx gatehouse users import members.csv --map mail=email --map hash=password_hash --email-verified
  $ npx gatehouse users import users.json --format firebase --firebase-parameters parameters.txt`;

function addName(text: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [theirs, ours, ...rest] = text.split('=');
  if (!theirs || !ours || rest.length > 0) throw new InvalidArgumentError('Give it as theirs=ours.');
  return new Map([...before, [theirs, ours]]);
}

function addField(field: string, before: readonly string[]): readonly string[] {
  return [...before, field];
}

function refuseMissing(file: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new CliError(`there is no file ${file}`);
}

function refuseUnknown(names: ReadonlyMap<string, string>, fields: readonly string[]): void {
  const unknown = [...names.values()].find((ours) => !fields.includes(ours));
  if (unknown === undefined) return;
  throw new CliError(`--map: there is no field ${printable(unknown)}, but ${fields.join(', ')}`);
}

/** Another project's parameters make other hashes; the parameters themselves are nothing to write down. */
function digest(parameters: object): string {
  return createHash('sha256').update(JSON.stringify(parameters)).digest('hex');
}

/** Shows a progress bar, on a terminal only. */
async function withBar(lastLine: number, journal: Journal, body: (show: () => void) => Promise<void>): Promise<void> {
  const format = '{bar} {percentage} % | {imported} imported, {rejected} rejected | {duration_formatted}';
  const bar = new SingleBar({ format, noTTYOutput: false, fps: 5 });
  bar.start(lastLine, journal.throughLine, { ...journal.totals });
  try {
    await body(() => bar.update(journal.throughLine, { ...journal.totals }));
  } finally {
    bar.stop();
  }
}
