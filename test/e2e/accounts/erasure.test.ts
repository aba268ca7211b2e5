import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { expect, it } from 'vitest';
import { routes } from '../../../lambdas/contract/routes.ts';
import { api } from '../../support/people/api.ts';
import { interruptErasure } from '../../support/people/interruptedErasure.ts';
import { readMails, waitForMail } from '../../support/people/mails.ts';
import {
  mailedToken,
  newPerson,
  problemOf,
  refresh,
  register,
  signedUp,
  signIn,
  verifyEmail,
} from '../../support/people/people.ts';
import { waitUntilRefused } from '../../support/people/revoked.ts';
import { corpus } from '../../support/secretSearch/corpus.ts';
import { createSearch, needlesOf } from '../../support/secretSearch/needles.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { stack } from '../../support/stack/stack.ts';

const profileSchema = routes.me.answers()[200];

function deleteMe(token: string, json: object = {}) {
  return api('/auth/me', { method: 'DELETE', token, json });
}

/** The emulator stands in for SES, and logs whom it mails to; SES itself keeps a log of its own. */
const emulatedMailService = /^\S+ \S+ INFO \[ses-v2\] SESv2 SendEmail: /;

/** Where an address is found, in whatever form, in anything that the stack has written. */
async function whereIs(email: string): Promise<string[]> {
  const search = createSearch(needlesOf(email));
  const found = new Set<string>();
  for await (const { source, name, text } of corpus()) {
    if (source === 'processes' && emulatedMailService.test(text)) continue;
    for (const { form } of search(text)) found.add(`${source} ${name} ${form}`);
  }
  return [...found];
}

it('an erased account leaves nothing that lets anybody in, or tells its address', async () => {
  const person = await signedUp();
  const { email, password, tokens } = person;
  await api('/auth/password/forgot', { method: 'POST', json: { email } });
  await api('/auth/email/change', {
    method: 'POST',
    token: tokens.access_token,
    json: { new_email: newPerson().email, current_password: password },
  });
  await waitForMail(email, 3);
  expect((await whereIs(email)).some((place) => place.startsWith('tables'))).toBe(true);

  const missing = await deleteMe(tokens.access_token);
  expect(problemOf(missing)).toEqual({ status: 403, code: 'step_up_required' });
  expect(missing.text).toContain('"field":"current_password"');
  const wrong = await deleteMe(tokens.access_token, { current_password: newPerson().password });
  expect(problemOf(wrong)).toEqual({ status: 401, code: 'invalid_credentials' });
  await signIn(person);

  const answer = await deleteMe(tokens.access_token, { current_password: password });
  expect([answer.status, answer.text]).toEqual([204, '']);
  expect(problemOf(await refresh(tokens.refresh_token)).code).toBe('invalid_grant');
  const login = await api('/auth/login', { method: 'POST', json: { email, password } });
  expect(problemOf(login)).toEqual({ status: 401, code: 'invalid_credentials' });
  await waitUntilRefused(tokens.access_token);
  expect((await lastMail(email)).subject).toContain('Your account was deleted');
  // The job goes a moment after its mail.
  await sleep(1000);
  expect(await whereIs(email)).toEqual([]);

  const mails = await readMails(email);
  await register(email);
  expect((await verifyEmail(await mailedToken(email, mails.length + 1), password)).status).toBe(200);
});

it('an erasure that was interrupted is gone on with by the schedule', async () => {
  const person = await signedUp();
  const { sub } = profileSchema.parse((await api('/auth/me', { token: person.tokens.access_token })).json());
  await interruptErasure(sub, { sweep_shard: '7', sweep_at: Math.floor(Date.now() / 1000) });
  const login = await api('/auth/login', { method: 'POST', json: { email: person.email, password: person.password } });
  expect(problemOf(login)).toEqual({ status: 401, code: 'invalid_credentials' });
  const eraser = new InvokeCommand({ FunctionName: stack().functions['eraser'] });
  const answer = await awsClients().lambda.send(eraser);
  expect(answer.FunctionError).toBeUndefined();
  expect((await lastMail(person.email)).subject).toContain('Your account was deleted');
  await sleep(1000);
  expect((await whereIs(person.email)).filter((place) => place.startsWith('tables'))).toEqual([]);
});

async function lastMail(email: string) {
  for (let nth = (await readMails(email)).length; ; nth++) {
    const mail = await waitForMail(email, Math.max(nth, 1));
    if (mail.subject.includes('deleted')) return mail;
  }
}
