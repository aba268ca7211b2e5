import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import { unavailable } from '../../core/common/errors.ts';
import { auditEventWrite, holdSeconds } from '../items/auditOutboxItems.ts';

export interface AuditOutbox {
  /**
   * Puts an event that goes with no change (a refusal), in one write. An aggregated event that is there already stays as
   * it is, at the cost of the same write.
   *
   * @throws ProblemError `unavailable`: a decision that cannot be recorded is not answered.
   */
  record(event: AuditEvent): Promise<void>;
}

export function createAuditOutbox(deps: { client: DynamoDBDocumentClient; table: string }): AuditOutbox {
  return {
    async record(event) {
      try {
        const put = auditEventWrite(deps.table, event);
        // A repeated put must find the key taken also after the event has been shipped. (A repeated transaction is known
        // by its token.)
        await deps.client.send(new PutCommand({ ...put, Item: { ...put.Item, hold_seconds: holdSeconds(event) } }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw unavailable(error);
      }
    },
  };
}
