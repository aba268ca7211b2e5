import type { Command } from 'commander';
import { accountChecks } from './doctor/accountChecks.ts';
import { type Check, type CheckResult, runChecks } from './doctor/check.ts';
import { domainChecks } from './doctor/domainChecks.ts';
import { mailChecks } from './doctor/mailChecks.ts';
import { zoneChecks } from './doctor/zoneChecks.ts';
import { CliError } from './support/cliError.ts';
import { contextOf } from './support/globals.ts';
import { mark, printable } from './support/output.ts';

interface DoctorOptions {
  readonly domain?: string;
  readonly certificateArn?: string;
  readonly hostedZoneId?: string;
  readonly hostedZoneName?: string;
  readonly mailFrom?: string;
  readonly mailIdentity?: string;
}

/** @param needsDomain whether a stage cannot do without a domain. */
export function addDoctorCommand(program: Command, needsDomain: (stage: string) => boolean): void {
  program
    .command('doctor')
    .description('looks whether an AWS account is ready for a deployment, and says what is missing')
    .option('--domain <name>', 'the domain the API will have')
    .option('--certificate-arn <arn>', 'its certificate in AWS Certificate Manager')
    .option('--hosted-zone-id <id>', 'the Route 53 zone in which its records are made')
    .option('--hosted-zone-name <name>', 'the name of that zone')
    .option('--mail-from <address>', 'the sender of the mails')
    .option('--mail-identity <name>', "the SES identity, when it is not the sender's domain")
    .addHelpText(
      'after',
      `
It reads and changes nothing. Exit code: 0 ready, 1 not ready.

Examples:
  $ npx gatehouse doctor --stage dev --mail-from no-reply@example.com
  $ npx gatehouse doctor --stage prod --domain auth.example.com --certificate-arn arn:aws:acm:… \\
      --mail-from no-reply@example.com`,
    )
    .action(async (options: DoctorOptions, command: Command) => {
      const { stage, output } = contextOf(command);
      if (stage === 'local') throw new CliError('doctor looks at an AWS account: name a stage, as in --stage prod');
      const checks: readonly Check[] = [
        ...accountChecks(),
        ...mailChecks(options),
        ...domainChecks({ ...options, required: needsDomain(stage) }),
        ...zoneChecks(options),
      ];
      const results = await runChecks(checks);
      output.result({ stage, ok: results.every(isFine), checks: results }, () => results.map(toLines).join('\n'));
      process.exitCode = results.every(isFine) ? 0 : 1;
    });
}

function isFine({ state }: CheckResult): boolean {
  return state !== 'failed';
}

function toLines({ name, state, found, remedy }: CheckResult): string {
  const line = `${mark(state === 'skipped' ? 'unknown' : state)} ${name.padEnd(20)}${printable(found)}`;
  return remedy === undefined ? line : `${line}\n    → ${printable(remedy)}`;
}
