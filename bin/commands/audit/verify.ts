import type { Command } from 'commander';
import type { AuditLogSource } from '../../../lambdas/core/audit/ports.ts';
import { type AuditReport, verifyAuditLog } from '../../../lambdas/flows/audit/verifyAuditLog.ts';
import { createAuditBucketSource } from '../../../lambdas/stores/audit/auditBucketSource.ts';
import { createAuditFolderSource } from '../../../lambdas/stores/audit/auditFolderSource.ts';
import { createS3Client } from '../../../lambdas/stores/audit/auditLog.ts';
import { CliError, describeError } from '../support/cliError.ts';
import { type CommandContext, contextOf, count } from '../support/globals.ts';
import { bold, mark, printable, table } from '../support/output.ts';

interface VerifyOptions {
  readonly dir?: string;
  readonly bucket?: string;
  readonly chain?: string;
  readonly retentionDays?: number;
}

const notChecked = 2;
const defaultChain = 'main';
const shownFindings = 20;

export function addVerify(audit: Command): void {
  audit
    .command('verify')
    .description('reads the whole audit log and reports whatever an untouched one does not have')
    .option('--dir <folder>', "an auditor's copy in files, instead of the bucket")
    .option('--bucket <name>', "another bucket than the stage's")
    .option('--chain <name>', 'the chain to check')
    .option(
      '--retention-days <days>',
      'how long each batch must be locked (default: none for less time than one before it)',
      count,
    )
    .addHelpText(
      'after',
      `
Exit code: 0 nothing found, 1 something found, 2 it could not be checked.

What it proves: the batches are numbered without a gap, each holds the hash of the one before it, every event is
valid and there once, and in the bucket each batch is locked, has one version and no delete marker.
What it does not prove: that the end was not cut off. Only Object Lock forbids that as yet. Keep the head that is
printed: a later log in which that batch has another hash, or is missing, is not the same log.

Examples:
  $ npx gatehouse audit verify --stage prod
  $ aws s3 sync s3://BUCKET ./copy && npx gatehouse audit verify --dir ./copy`,
    )
    .action(async (options: VerifyOptions, command: Command) => {
      const context = contextOf(command);
      const report = await verify(options, context).catch((cause: unknown) => {
        throw new CliError(`not checked: ${describeError(cause)}`, { exitCode: notChecked, cause });
      });
      await context.output.result(toJson(report), () => toText(report));
      process.exitCode = report.ok ? 0 : 1;
    });
}

async function verify(options: VerifyOptions, context: CommandContext): Promise<AuditReport> {
  const { source, chain } = await open(options, context);
  const report = await verifyAuditLog({ source, chain, retentionDays: options.retentionDays });
  if (report.summary.objects > 0) return report;
  throw new CliError(`there is no batch of chain ${chain} in ${source.name}: check --chain, --bucket and --dir`);
}

async function open(
  { dir, bucket, chain }: VerifyOptions,
  context: CommandContext,
): Promise<{ source: AuditLogSource; chain: string }> {
  if (dir !== undefined && bucket !== undefined) throw new CliError('give --dir or --bucket, not both');
  if (dir !== undefined) return { source: createAuditFolderSource(dir), chain: chain ?? defaultChain };
  context.useCloud();
  const stage = bucket === undefined ? await context.deployment() : undefined;
  const source = createAuditBucketSource({ client: createS3Client(), bucket: bucket ?? stage?.auditBucket ?? '' });
  return { source, chain: chain ?? stage?.setting('auditChain') ?? defaultChain };
}

function toText(report: AuditReport): string {
  const { summary, checks, findings } = report;
  const state = { ok: 'ok', failed: 'failed', not_checkable: 'unknown' } as const;
  const more = report.findingsTotal - Math.min(findings.length, shownFindings);
  return [
    bold(`Audit log ${report.chain} in ${report.source}`),
    '',
    ...checks.map(({ check, result, says }) => `  ${mark(state[result])} ${check.padEnd(10)}${says}`),
    '',
    ...(findings.length === 0
      ? []
      : [
          table({
            head: ['batch', 'finding', 'detail'],
            rows: findings
              .slice(0, shownFindings)
              .map(({ seq, reason, detail }) => [seq === undefined ? '' : String(seq), reason, oneLine(detail)]),
          }),
          ...(more > 0 ? [`… and ${more} more (--json shows up to 1,000)`] : []),
          '',
        ]),
    `  batches ${summary.objects}, events ${summary.events}, ${summary.bytes} bytes`,
    `  from ${summary.firstAt ?? '–'} to ${summary.lastAt ?? '–'}`,
    `  head ${summary.head ? `${summary.head.seq} sha256:${summary.head.hash}` : '–'}`,
    '',
    report.ok ? `${mark('ok')} nothing found` : `${mark('failed')} ${report.findingsTotal} finding(s)`,
  ].join('\n');
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' '));
}

function toJson({ findingsTotal, summary, ...report }: AuditReport) {
  const { firstAt, lastAt, unknownEvents, ...counters } = summary;
  const times = { first_at: firstAt, last_at: lastAt };
  return { ...report, findings_total: findingsTotal, ...counters, unknown_events: unknownEvents, ...times };
}
