import { statSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { wrapFastDigest } from '../../../lambdas/clients/passwords/hashWrapper.ts';
import { importAccounts } from '../../../lambdas/flows/moving/importAccounts.ts';
import type { ImportLine } from '../../../lambdas/flows/moving/importLine.ts';
import { accountsPerTransaction } from '../../../lambdas/stores/accounts/accountImports.ts';
import { CliError } from '../support/cliError.ts';
import { contextOf } from '../support/globals.ts';
import { callerIdentity } from '../support/operator.ts';
import type { Output } from '../support/output.ts';
import { macKeys } from '../support/stores.ts';
import { type Format, formats, readerOf } from './import/formats.ts';
import { type Journal, openJournal } from './import/journal.ts';
import { openRecords, shapeOf } from './import/records.ts';
import { openImports } from './stores.ts';

interface ImportCommandOptions {
  readonly format: Format;
  readonly tenant: string;
  readonly emailVerified?: true;
  readonly dropFactors?: true;
  readonly firebaseParameters?: string;
  readonly map: ReadonlyMap<string, string>;
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
    .addOption(new Option('--format <name>', 'whose records they are').choices(formats).default('gatehouse'))
    .option('--map <theirs=ours>', 'what the file calls a field; repeatable', addName, new Map())
    .option('--tenant <id>', 'for records that name none', defaultTenant)
    .option('--email-verified', 'vouch for the addresses of records that do not say')
    .option('--firebase-parameters <file>', "JSON with the project's password hash parameters")
    .option('--drop-factors', 'import accounts whose second factors are left behind')
    .addHelpText('after', help)
    .action(async (file: string, options: ImportCommandOptions, command: Command) => {
      const { output, deployment } = contextOf(command);
      refuseMissing(file);
      const shape = shapeOf(file);
      const read = readerOf(options.format, shape, options.firebaseParameters);
      const found = await deployment();
      const operator = await callerIdentity();
      const journal = await openJournal(file, {
        state: `${file}.import.json`,
        rejects: `${file}.rejected.jsonl`,
      });
      if (!journal.finished) {
        const records = await openRecords(file, shape, options.map);
        const reports = importAccounts(
          { ...openImports(found), wrap: wrapFastDigest, pepper: macKeys(found, 'credentialKeys') },
          after(records.lines, journal.throughLine),
          {
            format: options.format,
            read,
            operator,
            tenantId: options.tenant,
            emailVerified: options.emailVerified ?? false,
            dropFactors: options.dropFactors ?? false,
            key: journal.key,
            batchSize: accountsPerTransaction,
            concurrency,
          },
        );
        await withBar(records.lastLine, journal, async (show) => {
          for await (const report of reports) {
            await journal.note(report);
            show();
          }
        });
        journal.finish();
      }
      summarize(output, journal);
    });
}

const help = `
The fields of the format gatehouse: email; and, where they are known, sub (a UUID), source_id (what the other system
calls the account), email_verified, password_hash, status (active, disabled), roles, tenant_id, created_at. In CSV the
first line names them, and lists are separated by spaces. Without a password_hash an account begins with a reset; an
address that is not verified cannot sign in before one.

password_hash: PHC strings of Argon2, scrypt and PBKDF2; bcrypt; what passlib, Django, Werkzeug, Spring Security and
LDAP make of these; MD5 and SHA-1 as {MD5}, {SMD5}, {SHA}, {SSHA} or Django's, wrapped in Argon2id. Each is replaced by
our own at its owner's first sign-in.

The other formats: auth0 (the export of password hashes, or of profiles), firebase (auth:export, with
--firebase-parameters), cognito (list-users), keycloak (users of a realm export).

What is done stands in FILE.import.json: interrupted, the same command goes on. Every record that is not imported is in
FILE.rejected.jsonl, with its line and the reason.

Examples:
  $ npx gatehouse users import users.jsonl --stage prod
  $ npx gatehouse users import members.csv --map mail=email --map hash=password_hash --email-verified
  $ npx gatehouse users import users.json --format firebase --firebase-parameters parameters.json`;

function addName(text: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [theirs, ours, ...rest] = text.split('=');
  if (!theirs || !ours || rest.length > 0) throw new InvalidArgumentError('Give it as theirs=ours.');
  return new Map([...before, [theirs, ours]]);
}

function refuseMissing(file: string): void {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new CliError(`there is no file ${file}`);
}

async function* after(lines: AsyncIterable<ImportLine>, throughLine: number): AsyncGenerator<ImportLine> {
  for await (const line of lines) if (line.line > throughLine) yield line;
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

/** @throws CliError when anything was rejected. */
function summarize(output: Output, { totals, rejectsFile }: Journal): void {
  const { imported, existing, rejected, ignored } = totals;
  const files = rejected > 0 ? { rejects_file: rejectsFile } : {};
  output.result({ imported, existing, rejected, ignored_fields: ignored, ...files }, () =>
    [
      `${imported} imported, ${existing} there already, ${rejected} rejected`,
      ...(ignored.length > 0 ? [`not imported: the fields ${ignored.join(', ')}`] : []),
    ].join('\n'),
  );
  if (rejected > 0) throw new CliError(`${rejected} records were rejected: see ${rejectsFile}`);
}
