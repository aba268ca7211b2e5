import { BadRequestException, MessageRejected, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { boundedRequests } from '../../core/common/boundedRequests.ts';
import type { Mail, MailClient } from '../../core/mail/ports.ts';

export function createSesClient(): SESv2Client {
  return new SESv2Client({ maxAttempts: 3, requestHandler: boundedRequests(5000) });
}

export interface MailClientOptions {
  readonly client: SESv2Client;
  /** The sender: a verified SES identity, with or without a display name. */
  readonly from: string;
  /** The configuration set through which SES tells of bounces and complaints. */
  readonly configurationSet: string;
}

export function createMailClient({ client, from, configurationSet }: MailClientOptions): MailClient {
  return {
    async send(mail) {
      try {
        await client.send(new SendEmailCommand(sendEmailInput(mail, { from, configurationSet })));
        return 'sent';
      } catch (error) {
        if (error instanceof MessageRejected || error instanceof BadRequestException) return 'refused';
        throw error;
      }
    },
  };
}

function sendEmailInput(
  { to, subject, text, html }: Mail,
  { from, configurationSet }: Pick<MailClientOptions, 'from' | 'configurationSet'>,
) {
  const utf8 = (data: string) => ({ Data: data, Charset: 'UTF-8' });
  return {
    FromEmailAddress: from,
    ConfigurationSetName: configurationSet,
    Destination: { ToAddresses: [to] },
    Content: {
      Simple: {
        Subject: utf8(subject),
        Body: { Text: utf8(text), Html: utf8(html) },
        // RFC 3834 §5: keeps vacation responders from answering.
        Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
      },
    },
  };
}
