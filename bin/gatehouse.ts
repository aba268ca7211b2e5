#!/usr/bin/env node
import { resolve } from 'node:path';
import { Command } from 'commander';
import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { ownValue, stageNames } from '../lambdas/manifest/setting.ts';
import { defaultPrefix, settings } from '../lambdas/manifest/settings.ts';
import { commonPasswords } from '../lib/bundle/commonPasswords.ts';
import packageJson from '../package.json' with { type: 'json' };
import { addAuditCommands } from './commands/audit.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addKeysCommands } from './commands/keys.ts';
import { addLimitsCommands } from './commands/limits.ts';
import { addMailCommands } from './commands/mail.ts';
import { asksForJson, reportError, usageOutput } from './commands/support/errors.ts';
import { addUsersCommands } from './commands/users.ts';

z.config(en());

/** Known before the options are parsed, since they may be wrong. */
const json = asksForJson(process.argv.slice(2));

const program = new Command('gatehouse')
  .description("The operator's tool of a Gatehouse deployment")
  .version(packageJson.version)
  .option('--stage <name>', 'the deployment to talk to', 'local')
  .option('--prefix <name>', 'its name prefix', defaultPrefix)
  .option('--json', 'answer in JSON')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(run with --help for the options)')
  .configureOutput(usageOutput({ json }))
  .exitOverride()
  .addHelpText(
    'after',
    `
The stage "local" is what \`npm run up\` started. Any other is found with the ordinary AWS configuration
(AWS_PROFILE, AWS_REGION, …); AWS_ENDPOINT_URL is honoured.

Examples:
  $ npx gatehouse users create ada@example.com --role admin --stage prod
  $ npx gatehouse users list --json
  $ npx gatehouse keys rotate --stage prod
  $ npx gatehouse audit verify --dir ./copy-of-the-log
  $ npx gatehouse doctor --stage prod --domain auth.example.com`,
  );

addUsersCommands(program, {
  defaultTenant: ownValue(settings.defaultTenant, 'prod'),
  commonPasswordsFile: () => commonPasswords(resolve(import.meta.dirname, '..')),
});
addKeysCommands(program, { keyCacheSeconds: ownValue(settings.keyCacheSeconds, 'prod') });
addMailCommands(program);
addLimitsCommands(program);
addAuditCommands(program);
addDoctorCommand(program, (stage) =>
  stageNames.some((name) => name === stage && ownValue(settings.domainRequired, name)),
);

// A pipe that nobody reads, or a full disk: whoever writes is told, and says so. Nobody else needs to fall over it.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportError(error, { json, write: (text) => void process.stderr.write(text) });
}
