import { ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { awsClients } from '../stack/awsClients.ts';
import { stack } from '../stack/stack.ts';

/** Runs `action` while the stream brings the deployed audit writer nothing. */
export async function withAuditStreamHeld<T>(action: () => Promise<T>): Promise<T> {
  const { lambda } = awsClients();
  const FunctionName = stack().functions['auditWriter'];
  const { EventSourceMappings: [mapping] = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName }),
  );
  const UUID = mapping?.UUID;
  if (UUID === undefined) throw new Error('the audit writer has no stream');
  const enable = async (Enabled: boolean) => {
    await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
  };
  await enable(false);
  try {
    return await action();
  } finally {
    await enable(true);
  }
}

/** The keys of the events that are not shipped yet: of those that are, some are held for a while. */
export async function keysInOutbox(): Promise<readonly string[]> {
  const { Items = [] } = await awsClients().documents.send(
    new ScanCommand({
      TableName: stack().tables['AuditOutbox'],
      ConsistentRead: true,
      FilterExpression: 'attribute_not_exists(held_until)',
    }),
  );
  return Items.map((item) => z.looseObject({ event_id: z.string() }).parse(item).event_id);
}
