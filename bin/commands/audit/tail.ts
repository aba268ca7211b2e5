import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { commonParts, type LoggedEvent } from '../../../lambdas/core/audit/loggedEvent.ts';
import { eventsBehind, eventsSince, lastEvents } from '../../../lambdas/flows/audit/tailAuditLog.ts';
import { createAuditLog, createS3Client } from '../../../lambdas/stores/audit/auditLog.ts';
import { contextOf, count, moment } from '../support/globals.ts';
import { table } from '../support/output.ts';

interface TailOptions {
  readonly events: number;
  /** Epoch milliseconds. */
  readonly since?: number;
  readonly follow?: true;
  readonly wide?: true;
}

const pollMs = 2000;

export function addTail(audit: Command): void {
  audit
    .command('tail')
    .description('shows the newest events, oldest first')
    .option('-n, --events <count>', 'how many', count, 20)
    .addOption(
      new Option('--since <when>', 'all from then on: an RFC 3339 time, or how long ago (15m, 2h, 7d)')
        .argParser((text) => moment(text))
        .conflicts('events'),
    )
    .option('-f, --follow', 'go on with those to come')
    .option('--wide', 'whole identifiers instead of their beginnings')
    .addHelpText(
      'after',
      `
With --json each event is one line, whole. Of an event that only a later release knows, the table shows what it can.

Examples:
  $ npx gatehouse audit tail -n 50
  $ npx gatehouse audit tail --since 15m
  $ npx gatehouse audit tail --follow --json | jq 'select(.outcome != "success")'`,
    )
    .action(async (options: TailOptions, command: Command) => {
      const { output, deployment } = contextOf(command);
      const stage = await deployment();
      const [bucket, chain] = [stage.auditBucket, stage.setting('auditChain')];
      const log = createAuditLog({ client: createS3Client(), bucket, chain });
      const show = async (events: readonly LoggedEvent[], head: boolean) => {
        if (output.json) for (const event of events) await output.record(event);
        else if (events.length > 0 || head)
          await output.line(eventTable(events, { head, wide: options.wide === true }));
      };
      const { events, seq } = await (options.since === undefined
        ? lastEvents({ log }, options.events)
        : eventsSince({ log }, options.since));
      await show(events, true);
      if (!options.follow) return;
      for await (const more of eventsBehind({ log, wait: () => sleep(pollMs) }, seq)) await show(more, false);
    });
}

const heads = ['time', 'type', 'actor', 'target', 'outcome', 'reason', 'ip'];
/** Fixed, so that the rows of a log that is followed stay in line. */
const widths = [20, 25, 17, 22, 8, 21, 40];
const wideWidths = [25, 26, 62, 52, 9, 26, 40];

export function eventTable(events: readonly LoggedEvent[], options: { head: boolean; wide: boolean }): string {
  const name = options.wide ? (id: string) => id : shortId;
  const party = (one?: { type: string; id?: string | undefined }) =>
    one?.id ? `${one.type} ${name(one.id)}` : (one?.type ?? '');
  return table({
    ...(options.head && { head: heads }),
    widths: options.wide ? wideWidths : widths,
    rows: events.map((event) => {
      const parts = commonParts(event);
      return [
        options.wide ? event.at : event.at.slice(0, 19).replace('T', ' '),
        event.type,
        party(parts?.actor),
        party(parts?.target),
        parts?.outcome ?? '',
        parts?.reason ?? '',
        parts?.source?.ip ?? '',
      ];
    }),
  });
}

/** Enough of an identifier to tell it from its neighbours; of an ARN, the name at its end. */
function shortId(id: string): string {
  return id.startsWith('arn:') ? (id.split(/[/:]/).at(-1) ?? id) : id.slice(0, 8);
}
