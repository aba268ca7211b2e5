import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { printable } from '../../../bin/commands/support/output.ts';
import { clientConfig, createClients } from '../cloud/clients.ts';
import type { Settings } from '../settings.ts';

const pollMs = 500;

interface Line {
  readonly id: string;
  readonly at: number;
  readonly name: string;
  readonly message: string;
}

/** Prints what the functions (physical names by name) have logged, oldest first, and goes on if asked to. */
export async function followLogs(
  settings: Settings,
  functions: ReadonlyMap<string, string>,
  follow: boolean,
): Promise<void> {
  const client = new CloudWatchLogsClient(clientConfig(settings));
  const { lambda } = createClients(settings);
  const groups = await Promise.all(
    [...functions].map(async ([name, physical]) => ({ name, group: await logGroup(lambda, physical) })),
  );
  const seen = new Set<string>();
  let since = 0;
  for (;;) {
    const lines = (await Promise.all(groups.map(({ name, group }) => read(client, name, group, since)))).flat();
    for (const line of lines.sort((a, b) => a.at - b.at)) {
      if (seen.has(line.id)) continue;
      seen.add(line.id);
      process.stdout.write(
        `${new Date(line.at).toISOString().slice(11, 23)} ${line.name.padEnd(18)} ${shown(line.message)}\n`,
      );
    }
    if (!follow) return;
    // Lines may come in late: the next call overlaps by ten seconds, and ids tell which lines have been printed.
    since = Math.max(since, ...lines.map(({ at }) => at - 10_000));
    await sleep(pollMs);
  }
}

/** A message's lines, of which nothing steers the terminal. */
function shown(message: string): string {
  return message
    .split('\n')
    .map((line) => printable(line.replaceAll('\t', ' ')))
    .join('\n');
}

async function logGroup(lambda: LambdaClient, physical: string): Promise<string> {
  const { LoggingConfig } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: physical }));
  return LoggingConfig?.LogGroup ?? `/aws/lambda/${physical}`;
}

async function read(client: CloudWatchLogsClient, name: string, logGroupName: string, since: number): Promise<Line[]> {
  const lines: Line[] = [];
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName, startTime: since })) {
      for (const [index, { eventId, timestamp = 0, message = '' }] of events.entries()) {
        const id = eventId ?? `${name} ${timestamp} ${index} ${message}`;
        lines.push({ id, at: timestamp, name, message: message.trimEnd() });
      }
    }
  } catch (error) {
    // A function that has not run yet has no log group.
    if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
  }
  return lines;
}
