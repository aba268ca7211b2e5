import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AuditOutbox } from '../../core/audit/ports.ts';
import { unavailable } from '../../core/common/errors.ts';
import { putItem } from '../dynamo/writes.ts';
import { auditEventWrite, holdSeconds } from '../items/auditOutboxItems.ts';

export function createAuditOutbox(deps: { client: DynamoDBDocumentClient; table: string }): AuditOutbox {
  return {
    async record(event) {
      try {
        const put = auditEventWrite(deps.table, event);
        // A repeated put has to find the key taken, even after the event has been shipped. (DynamoDB knows a repeated
        // transaction by its token.)
        await putItem(deps.client, { ...put, Item: { ...put.Item, hold_seconds: holdSeconds(event) } });
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw unavailable(error);
      }
    },
  };
}
