import { BadRequestException, MessageRejected, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { boundedRequests, type CallBounds } from '../../core/common/boundedRequests.ts';
import type { Mail, MailClient } from '../../core/mail/ports.ts';

export function createSesClient({ attempts, timeoutMs }: CallBounds): SESv2Client {
  return new SESv2Client({ maxAttempts: attempts, requestHandler: boundedRequests(timeoutMs) });
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
        if (refusesThisMail(error)) return 'refused';
        throw error;
      }
    },
  };
}

/**
 * What SES says of the account, of an identity or of the configuration set changes when an operator acts: a sender that
 * is verified a minute later, a sandbox that is left, sending that goes on. Under `MessageRejected` SES says "Email
 * address is not verified. The following identities failed the check in region …", of the sender as well as of a
 * recipient in the sandbox, and "Account is paused" or "Sending paused" (developer guide, "Amazon SES email sending
 * errors").
 */
const ofTheDeployment =
  /not verified|paus|suspend|disabled|account|identit|sandbox|configuration set|quota|sending rate|throttl|authoriz/i;

/**
 * Whether the service will not take this one mail, however often it is tried: the SESv2 API reference has
 * `MessageRejected` for invalid content, and `BadRequestException` for an invalid input, of which the recipient alone
 * differs from mail to mail. All else may end, and is thrown: `AccountSuspendedException`, `SendingPausedException`,
 * `MailFromDomainNotVerifiedException`, `LimitExceededException`, `TooManyRequestsException`, `NotFoundException` of a
 * configuration set or an identity, a lacking permission, a time-out, an error that is not known yet.
 */
function refusesThisMail(error: unknown): boolean {
  if (!(error instanceof MessageRejected || error instanceof BadRequestException)) return false;
  return !ofTheDeployment.test(error.message);
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
