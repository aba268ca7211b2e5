import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { mailCalls } from '../core/mail/mailRetry.ts';
import { sendMails } from '../flows/mail/sendMails.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { documentClient } from './wiring/documentClient.ts';
import { mailing, outOfTime } from './wiring/mailing.ts';

const { deps, publish } = mailing(readEnvironment('mailer'), documentClient(mailCalls.table));

/** Reports no record as failed: the stream would bring all that follow it again, and hold up the shard meanwhile. */
export async function handler(
  event: DynamoDBStreamEvent,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<DynamoDBBatchResponse> {
  const inserts = event.Records.filter(({ eventName }) => eventName === 'INSERT');
  const records = inserts.map(({ dynamodb }) => ({
    id: dynamodb?.SequenceNumber ?? '',
    jobId: dynamodb?.Keys?.['job_id']?.S,
  }));
  await sendMails(records, { ...deps, outOfTime: outOfTime(context) });
  publish();
  return { batchItemFailures: [] };
}
