import { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { createMailClient, createSesClient } from '../clients/mail/mail.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { errorNames } from '../core/common/errors.ts';
import { type MailReport, type SendMailsDeps, sendMails } from '../flows/mail/sendMails.ts';
import { metricEmitter } from '../http/telemetry/metrics.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { confirmEmailMail } from '../pages/mails/confirmEmailMail.ts';
import { noticeMail } from '../pages/mails/noticeMail.ts';
import { resetMail } from '../pages/mails/resetMail.ts';
import { verifyEmailMail } from '../pages/mails/verifyEmailMail.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createMacKeys } from '../stores/keys/macKeys.ts';
import { createMailOutbox } from '../stores/mail/mailOutbox.ts';
import { createMailSuppressions } from '../stores/mail/mailSuppressions.ts';

const env = readEnvironment('mailer');
const logger = new Logger();
const metrics = metricEmitter();

const client = createDocumentClient();
const keys = createMacKeys({ secretId: env.secrets.mailKeys, clock });

const deps: SendMailsDeps = {
  issuer: env.issuer,
  clock,
  keys,
  render: {
    link: { 'verify-email': verifyEmailMail, reset: resetMail, 'confirm-email': confirmEmailMail },
    notice: noticeMail,
  },
  suppressions: createMailSuppressions({ client, table: env.tables.mailSuppressions, keys }),
  mail: createMailClient({
    client: createSesClient(),
    from: env.mailFrom,
    configurationSet: env.mailConfigurationSet,
  }),
  outbox: createMailOutbox({ client, table: env.tables.mailOutbox }),
  report,
};

export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const inserts = event.Records.filter(({ eventName }) => eventName === 'INSERT');
  const records = inserts.map(({ dynamodb }) => ({
    id: dynamodb?.SequenceNumber ?? '',
    jobId: dynamodb?.Keys?.['job_id']?.S,
  }));
  const retryFrom = await sendMails(records, deps);
  if (records.length > 0) metrics.publish();
  return { batchItemFailures: retryFrom === undefined ? [] : [{ itemIdentifier: retryFrom }] };
}

const metricNames = {
  sent: 'MailsSent',
  decoy: 'MailsNotAsked',
  expired: 'MailsExpired',
  gone: 'MailsGone',
  suppressed: 'MailsSuppressed',
  refused: 'MailsRefused',
  unknown_key: 'MailsWithoutKey',
  poison: 'MailsPoisoned',
  retry: 'MailsRetried',
} as const satisfies Record<MailReport['outcome'], string>;

/** An error's message may quote the address, so only its name is logged. */
function report(mail: MailReport): void {
  metrics.collect(metricNames[mail.outcome]);
  const line = { record: mail.id, outcome: mail.outcome };
  if (mail.outcome === 'sent') logger.info('mail sent', line);
  else if (mail.outcome === 'decoy' || mail.outcome === 'gone') logger.info('no mail to send', line);
  else if (mail.outcome === 'suppressed') logger.warn('mail suppressed', line);
  else if (mail.outcome === 'retry') logger.warn('mail to be tried again', { ...line, errors: errorNames(mail.error) });
  else logger.error('mail dropped', line);
}
