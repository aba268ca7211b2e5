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

  it.each(['MessageRejected', 'BadRequestException'])('takes %s for final', async (errorType) => {
    answer = { status: 400, errorType };
    expect(await client.send(mail)).toBe('refused');
  });

  it.each([
    [429, 'TooManyRequestsException'],
    [400, 'SendingPausedException'],
    [400, 'MailFromDomainNotVerifiedException'],
    [503, 'ServiceUnavailable'],
  ])('F30 throws for %i %s, to be tried again', async (status, errorType) => {
    answer = { status, errorType };
    await expect(client.send(mail)).rejects.toThrow();
  });
});
