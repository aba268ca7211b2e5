import { GetAccountCommand, GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { type Check, unless } from './check.ts';

export function mailChecks(
  { mailFrom, mailIdentity }: { readonly mailFrom?: string; readonly mailIdentity?: string },
  client: Pick<SESv2Client, 'send'> = new SESv2Client({}),
): readonly Check[] {
  const identity = mailIdentity ?? mailFrom?.slice(mailFrom.lastIndexOf('@') + 1);
  return [
    {
      name: 'SES',
      remedy: 'allow ses:GetAccount',
      async look() {
        const account = await client.send(new GetAccountCommand({}));
        if (account.SendingEnabled === false) {
          return {
            state: 'failed',
            found: 'sending is switched off',
            remedy: 'see the SES console, "Account dashboard"',
          };
        }
        if (account.ProductionAccessEnabled) return { state: 'ok', found: 'out of the sandbox' };
        return {
          state: 'failed',
          found: 'in the sandbox: mails go to verified addresses only',
          remedy: 'ask for production access: SES console, "Account dashboard"; it takes about a day',
        };
      },
    },
    {
      name: 'sender identity',
      remedy: 'allow ses:GetEmailIdentity',
      async look() {
        if (identity === undefined) {
          return {
            state: 'failed',
            found: 'no sender given, and every stage has to have one',
            remedy: 'give it with --mail-from',
          };
        }
        const found = await client
          .send(new GetEmailIdentityCommand({ EmailIdentity: identity }))
          .catch(unless('NotFoundException'));
        if (found?.VerifiedForSendingStatus) return { state: 'ok', found: `${identity} is verified` };
        return {
          state: 'failed',
          found: found ? `${identity} is not verified yet` : `${identity} is no identity of this account and region`,
          remedy: found
            ? 'publish the DKIM records that SES shows for it, and wait'
            : `aws sesv2 create-email-identity --email-identity ${identity}, then publish its DKIM records`,
        };
      },
    },
  ];
}
