import { BadRequestException, MessageRejected, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { boundedRequests } from '../../core/common/boundedRequests.ts';

interface Mail {
  /** Normalised address: it has no characters that a mail header gives a meaning. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailClient {
  /**
   * Hands one mail to SES.
   *
   * @returns `refused` when SES will not take this mail, however often it is tried.
   * @throws whatever the SDK throws when another try may succeed: throttling, outage, paused sending, a sender not
   * verified yet.
   */
  send(mail: Mail): Promise<'sent' | 'refused'>;
}

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
