import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailClient } from '../../../../lambdas/clients/mail/mail.ts';
import type { MailClient } from '../../../../lambdas/core/mail/ports.ts';
import { type FakeAnswer, startFakeHttp } from '../../../support/fakes/fakeHttp.ts';

const mail = { to: 'alice@example.com', subject: 'Grüße', text: 'text', html: '<p>html</p>' };
let answer: FakeAnswer = {};
let server: Awaited<ReturnType<typeof startFakeHttp>>;
let client: MailClient;

beforeAll(async () => {
  server = await startFakeHttp(() => answer);
  const ses = new SESv2Client({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  client = createMailClient({
    client: ses,
    from: 'Gatehouse <no-reply@example.com>',
    configurationSet: 'gatehouse-test',
  });
});

afterAll(() => server.close());

describe('the mail client', () => {
  it('sends mails that no machine answers', async () => {
    answer = { body: { MessageId: '1' } };
    expect(await client.send(mail)).toBe('sent');
    const sent = JSON.parse(server.requests.at(-1)?.body ?? '');
    expect(sent).toMatchObject({
      FromEmailAddress: 'Gatehouse <no-reply@example.com>',
      ConfigurationSetName: 'gatehouse-test',
      Destination: { ToAddresses: ['alice@example.com'] },
      Content: {
        Simple: {
          Subject: { Data: 'Grüße', Charset: 'UTF-8' },
          Body: { Text: { Data: 'text' }, Html: { Data: '<p>html</p>' } },
          Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
        },
      },
    });
  });

  it.each([
    ['MessageRejected', 'Message contains a virus'],
    ['MessageRejected', ''],
    ['BadRequestException', 'Illegal address'],
    ['BadRequestException', 'Local address contains control or whitespace'],
    ['BadRequestException', "Missing final '@domain'"],
    ['BadRequestException', 'Invalid email address <alice@example..com>.'],
  ])('takes %s for final: %s', async (errorType, message) => {
    answer = { status: 400, errorType, body: { message } };
    expect(await client.send(mail)).toBe('refused');
  });

  const unverified = 'Email address is not verified. The following identities failed the check in region EU-WEST-1: ';

  it.each([
    [429, 'TooManyRequestsException', 'Maximum sending rate exceeded.'],
    [400, 'LimitExceededException', 'Daily message quota exceeded.'],
    [400, 'SendingPausedException', 'Sending paused for this account.'],
    [400, 'SendingPausedException', 'Sending paused for configuration set gatehouse-test.'],
    [400, 'AccountSuspendedException', 'The account is suspended.'],
    [400, 'MailFromDomainNotVerifiedException', 'Not verified.'],
    [400, 'MessageRejected', 'Email address is not verified.'],
    [400, 'MessageRejected', `${unverified}no-reply@example.com`],
    [400, 'MessageRejected', `${unverified}alice@example.com`],
    [400, 'MessageRejected', 'Sending suspended for this account.'],
    [400, 'MessageRejected', 'Account is paused.'],
    [400, 'BadRequestException', 'Configuration set <gatehouse-test> does not exist.'],
    [404, 'NotFoundException', 'Configuration set <gatehouse-test> does not exist.'],
    [403, 'AccessDeniedException', 'User is not authorized to perform ses:SendEmail.'],
    [400, 'AnExceptionOfTomorrow', 'Something else.'],
    [503, 'ServiceUnavailable', 'Later.'],
  ])('F33 F30 throws for %i %s, to be tried again: %s', async (status, errorType, message) => {
    answer = { status, errorType, body: { message } };
    await expect(client.send(mail)).rejects.toThrow();
  });
});
