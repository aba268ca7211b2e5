import { mailEventSchema } from '../contract/mailEvents.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { suppressMail } from '../flows/mail/suppressMail.ts';
import { createLogger } from '../http/telemetry/logger.ts';
import { metricEmitter } from '../http/telemetry/metrics.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createMacKeys } from '../stores/keys/macKeys.ts';
import { createSuppressionRecorder } from '../stores/mail/mailSuppressions.ts';
import { documentClient } from './wiring/documentClient.ts';

const env = readEnvironment('mailEvents');
const logger = createLogger();
const metrics = metricEmitter();
const client = documentClient();

const deps = {
  accounts: createAccounts({ client, table: env.tables.accounts }),
  suppressions: createSuppressionRecorder({ client, tables: env.tables }),
  mailKeys: createMacKeys({ secretId: env.secrets.mailKeys, clock }),
  clock,
};

const metricNames = { Bounce: 'MailsBounced', Complaint: 'MailComplaints' } as const;

/**
 * Suppresses the addresses that an event of SES names. The log line holds the kind of event and a count, no address.
 */
export async function handler(event: unknown): Promise<void> {
  const { data } = mailEventSchema.safeParse(event);
  if (!data) {
    metrics.emit({ MailEventsUnreadable: 1 });
    logger.error('mail event dropped', { reason: 'of no shape that is known' });
    return;
  }
  const suppressed = await suppressMail(deps, data);
  metrics.collect(metricNames[data.detail.eventType]);
  metrics.publish();
  logger.info('mail event', { event_type: data.detail.eventType, suppressed });
}
