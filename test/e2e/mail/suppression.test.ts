import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { bounceEvent, complaintEvent } from '../../support/fakes/mailEvents.ts';
import { api } from '../../support/people/api.ts';
import { readMails, waitForMail } from '../../support/people/mails.ts';
import { newPerson, signedUp, signIn } from '../../support/people/people.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { stack } from '../../support/stack/stack.ts';

const run = promisify(execFile);

async function deliver(event: object): Promise<void> {
  const answer = await awsClients().lambda.send(
    new InvokeCommand({ FunctionName: stack().functions['mailEvents'], Payload: JSON.stringify(event) }),
  );
  expect(answer.FunctionError).toBeUndefined();
}

async function cli(...args: string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, ['bin/gatehouse.ts', '--json', 'mail', 'suppressions', ...args], {
    env: { ...process.env, AWS_ENDPOINT_URL: stack().endpoint_url },
  });
  return JSON.parse(stdout);
}

const forgot = (email: string) => api('/auth/password/forgot', { method: 'POST', json: { email } });

it('an address that bounced gets no mail until an operator lets it', async () => {
  const person = await signedUp();
  const { email } = person;
  await deliver(bounceEvent(email, 'Transient'));
  await forgot(email);
  await waitForMail(email, 2);

  for (let again = 0; again < 2; again++) await deliver(bounceEvent(email.toUpperCase()));
  const answer = await forgot(email);
  expect([answer.status, answer.text]).toEqual([202, '']);
  // A mail that comes after it would have come before it: they go out in order.
  const other = await signedUp();
  await forgot(other.email);
  await waitForMail(other.email, 2);
  await sleep(500);
  expect(await readMails(email)).toHaveLength(2);
  await signIn(person);

  expect(await cli('check', email)).toMatchObject({ suppressed: true, reason: 'bounce' });
  const listed = JSON.stringify(await cli('list'));
  expect(listed).not.toContain(email);
  expect(listed).toContain('"reason":"bounce"');
  expect(await cli('remove', email)).toMatchObject({ removed: [{ reason: 'bounce' }] });
  expect(await cli('check', email)).toEqual({ suppressed: false });
  await forgot(email);
  await waitForMail(email, 3);
});

it('a complaint suppresses by a keyed hash of the address alone', async () => {
  const { email } = newPerson();
  await deliver({ source: 'aws.ses', detail: { eventType: 'Bounce' } });
  await deliver(complaintEvent(email, 'not-spam'));
  expect(await cli('check', email)).toEqual({ suppressed: false });
  const before = await suppressions();
  for (let again = 0; again < 3; again++) await deliver(complaintEvent(email));
  const after = await suppressions();
  expect(after).toHaveLength(before.length + 1);
  expect(JSON.stringify(after)).not.toContain('@');
  await api('/auth/register', { method: 'POST', json: { email } });
  const { email: next } = newPerson();
  await api('/auth/register', { method: 'POST', json: { email: next } });
  await waitForMail(next);
  expect(await readMails(email)).toEqual([]);
});

async function suppressions(): Promise<unknown[]> {
  const found: unknown[] = [];
  const { documents: client } = awsClients();
  for await (const page of paginateScan({ client }, { TableName: stack().tables['MailSuppressions'] ?? '' })) {
    found.push(...(page.Items ?? []));
  }
  return found;
}
