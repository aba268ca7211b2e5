import type { Context } from 'aws-lambda';
import { mailCalls } from '../core/mail/mailRetry.ts';
import { sweepMails } from '../flows/mail/sweepMails.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createMailRetries } from '../stores/mail/mailRetries.ts';
import { documentClient } from './wiring/documentClient.ts';
import { mailing, outOfTime } from './wiring/mailing.ts';

const env = readEnvironment('mailSweeper');
const client = documentClient(mailCalls.table);
const { deps, publish } = mailing(env, client);
const retries = createMailRetries({ client, table: env.tables.mailOutbox });
const accounts = createAccounts({ client, table: env.tables.accounts });

/** Tries the mails again, on a schedule, that were not sent at their first try. */
export async function handler(_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> {
  try {
    await sweepMails({ ...deps, retries, accounts, outOfTime: outOfTime(context) });
  } finally {
    publish();
  }
}
