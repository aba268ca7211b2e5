import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { STSClient } from '@aws-sdk/client-sts';
import type { Command } from 'commander';
import { accountChecks } from './doctor/accountChecks.ts';
import { type AlarmOptions, alarmChecks } from './doctor/alarmChecks.ts';
import { type Check, type CheckResult, runChecks } from './doctor/check.ts';
import { domainChecks } from './doctor/domainChecks.ts';
import { mailChecks } from './doctor/mailChecks.ts';
import { stackChecks } from './doctor/stackChecks.ts';
import { zoneChecks } from './doctor/zoneChecks.ts';
import { CliError, describeError } from './support/cliError.ts';
import { contextOf } from './support/globals.ts';
import { mark } from './support/output.ts';
import { readStack } from './support/stackState.ts';

interface DoctorOptions extends AlarmOptions {
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
    .option('--alarm-topic-arn <arn>', 'the SNS topic that is told of alarms')
    .option('--alarm-email <address>', 'where alarms are mailed to')
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
      const { stage, prefix, output } = contextOf(command);
      if (stage === 'local') throw new CliError('doctor looks at an AWS account: name a stage, as in --stage prod');
      const cloudFormation = new CloudFormationClient({});
      const read = (name: string) => readStack(name, cloudFormation);
      const id = { stage, prefix };
      await refuseWithoutRegion();
      const checks: readonly Check[] = [
        ...accountChecks(),
        ...mailChecks(options),
        ...domainChecks({ ...options, required: needsDomain(stage) }),
        ...zoneChecks(options),
        ...alarmChecks(options, { id, region: () => cloudFormation.config.region(), read }),
        ...stackChecks(id, read),
      ];
      const results = await runChecks(checks);
      await output.result({ stage, ok: results.every(isFine), checks: results }, () => results.map(toLines).join('\n'));
      process.exitCode = results.every(isFine) ? 0 : 1;
    });
}

/** @throws CliError when nothing says which region to look at: every check would fail with a remedy of its own. */
async function refuseWithoutRegion(): Promise<void> {
  await new STSClient({}).config.region().catch((cause: unknown) => {
    throw new CliError(describeError(cause), { cause });
  });
}

function isFine({ state }: CheckResult): boolean {
  return state !== 'failed';
}

function toLines({ name, state, found, remedy }: CheckResult): string {
  const line = `${mark(state === 'skipped' ? 'unknown' : state)} ${name.padEnd(20)}${found}`;
  return remedy === undefined ? line : `${line}\n    → ${remedy}`;
}
