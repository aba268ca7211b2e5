import type { Context } from 'aws-lambda';
import { createMailClient, createSesClient } from '../../clients/mail/mail.ts';
import { systemClock as clock } from '../../core/common/clock.ts';
import { errorNames } from '../../core/common/errors.ts';
import { longestSendMs, mailCalls } from '../../core/mail/mailRetry.ts';
import type { MailReport, SendMailsDeps } from '../../flows/mail/sendMails.ts';
import { createLogger } from '../../http/telemetry/logger.ts';
import { metricEmitter } from '../../http/telemetry/metrics.ts';
import type { EnvironmentOf } from '../../manifest/environment.ts';
import { confirmEmailMail } from '../../pages/mails/confirmEmailMail.ts';
import { noticeMail } from '../../pages/mails/noticeMail.ts';
import { resetMail } from '../../pages/mails/resetMail.ts';
import { undoEmailMail } from '../../pages/mails/undoEmailMail.ts';
import { verifyEmailMail } from '../../pages/mails/verifyEmailMail.ts';
import type { DocumentClient } from '../../stores/dynamo/client.ts';
import { createMacKeys } from '../../stores/keys/macKeys.ts';
import { createMailOutbox } from '../../stores/mail/mailOutbox.ts';
import { createMailSuppressions } from '../../stores/mail/mailSuppressions.ts';

export interface Mailing {
  readonly deps: Omit<SendMailsDeps, 'outOfTime'>;
  /** Emits what was counted since the last time. */
  publish(): void;
}

/** Whether a Lambda's run would be ended before another mail is certainly sent and its job deleted. */
export function outOfTime(context: Pick<Context, 'getRemainingTimeInMillis'>): () => boolean {
  return () => context.getRemainingTimeInMillis() < longestSendMs;
}

/** What sending the mails of jobs takes, and telling what became of them. */
export function mailing(env: EnvironmentOf<'mailer'>, client: DocumentClient): Mailing {
  const logger = createLogger();
  const metrics = metricEmitter();
  const keys = createMacKeys({ secretId: env.secrets.mailKeys, clock });
  let counted = false;

  /** An error's message may quote the address, so only its name is logged. */
  const report = (mail: MailReport) => {
    metrics.collect(metricNames[mail.outcome]);
    counted = true;
    const line = { record: mail.id, outcome: mail.outcome };
    if (mail.outcome === 'sent') logger.info('mail sent', line);
    else if (['decoy', 'gone', 'erased'].includes(mail.outcome)) logger.info('no mail to send', line);
    else if (mail.outcome === 'suppressed') logger.warn('mail suppressed', line);
    else if (mail.outcome === 'later') logger.warn('mail left to a later release', line);
    else if (mail.outcome === 'retry')
      logger.warn('mail to be tried again', { ...line, errors: errorNames(mail.error) });
    else logger.error('mail dropped', line);
  };

  return {
    deps: {
      issuer: env.issuer,
      clock,
      keys,
      render: {
        link: {
          'verify-email': verifyEmailMail,
          reset: resetMail,
          'confirm-email': confirmEmailMail,
          'undo-email': undoEmailMail,
        },
        notice: noticeMail,
      },
      suppressions: createMailSuppressions({ client, table: env.tables.mailSuppressions, keys }),
      mail: createMailClient({
        client: createSesClient(mailCalls.service),
        from: env.mailFrom,
        configurationSet: env.mailConfigurationSet,
      }),
      outbox: createMailOutbox({ client, table: env.tables.mailOutbox }),
      report,
    },
    publish() {
      if (counted) metrics.publish();
      counted = false;
    },
  };
}

const metricNames = {
  sent: 'MailsSent',
  decoy: 'MailsNotAsked',
  expired: 'MailsExpired',
  gone: 'MailsGone',
  erased: 'MailsGone',
  suppressed: 'MailsSuppressed',
  refused: 'MailsRefused',
  unknown_key: 'MailsWithoutKey',
  later: 'UnknownForms',
  poison: 'MailsPoisoned',
  retry: 'MailsRetried',
} as const satisfies Record<MailReport['outcome'], string>;
