import type { Context } from 'aws-lambda';
import { sweepMails } from '../flows/mail/sweepMails.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createMailRetries } from '../stores/mail/mailRetries.ts';
import { documentClient } from './wiring/documentClient.ts';
import { mailing } from './wiring/mailing.ts';

const env = readEnvironment('mailSweeper');
const client = documentClient();
const { deps, publish } = mailing(env, client);
const retries = createMailRetries({ client, table: env.tables.mailOutbox });
/** What one mail may take, with the calls of its tables. */
const reserveMs = 25_000;

/** Tries the mails again, on a schedule, that were not sent at their first try. */
export async function handler(_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  const outOfTime = () => context.getRemainingTimeInMillis() < reserveMs;
  try {
    await sweepMails({ ...deps, retries, outOfTime });
  } finally {
    publish();
  }
}
