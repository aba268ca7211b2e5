import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { Fix } from './fix.ts';

const recovery = z.object({ PointInTimeRecoveryEnabled: z.boolean() }).optional();
const encryption = z.object({ SSEEnabled: z.boolean(), KMSMasterKeyId: z.string().optional() }).optional();

/** A `Table` has both properties itself; a `GlobalTable` has them in its only replica here. */
const propertiesSchema = z.object({
  SSESpecification: encryption,
  PointInTimeRecoverySpecification: recovery,
  Replicas: z
    .tuple([
      z.object({
        PointInTimeRecoverySpecification: recovery,
        SSESpecification: z.object({ KMSMasterKeyId: z.string() }).optional(),
      }),
    ])
    .optional(),
});

export const fixTable: Fix = async ({ dynamoDb }, table, properties) => {
  const { SSESpecification, PointInTimeRecoverySpecification, Replicas } = propertiesSchema.parse(properties);
  const replica = Replicas?.[0];
  const sse = SSESpecification && { ...SSESpecification, ...replica?.SSESpecification };
  const pitr = PointInTimeRecoverySpecification ?? replica?.PointInTimeRecoverySpecification;
  const changes: string[] = [];
  if (sse?.SSEEnabled && (await encrypt(dynamoDb, table, sse.KMSMasterKeyId))) changes.push('encryption');
  if (pitr?.PointInTimeRecoveryEnabled && (await enableRecovery(dynamoDb, table))) {
    changes.push('point-in-time recovery');
  }
  return changes;
};

async function encrypt(client: DynamoDBClient, TableName: string, key: string | undefined): Promise<boolean> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const seen = Table?.SSEDescription;
  if (seen?.Status === 'ENABLED' && (key === undefined || seen.KMSMasterKeyArn === key)) return false;
  const SSESpecification = { Enabled: true, SSEType: 'KMS', ...(key && { KMSMasterKeyId: key }) } as const;
  await client.send(new UpdateTableCommand({ TableName, SSESpecification }));
  return true;
}

async function enableRecovery(client: DynamoDBClient, TableName: string): Promise<boolean> {
  const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
  const { PointInTimeRecoveryDescription: seen } = ContinuousBackupsDescription ?? {};
  if (seen?.PointInTimeRecoveryStatus === 'ENABLED') return false;
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
  return true;
}
