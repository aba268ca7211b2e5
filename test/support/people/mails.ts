import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Mail } from '../../../scripts/local/front/mails.ts';
import { stack } from '../stack/stack.ts';

const mailSchema = z.object({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  at: z.iso.datetime(),
});

/** The mails that an address has been sent, newest last. */
export async function readMails(to: string): Promise<Mail[]> {
  const url = new URL(stack().mail_url);
  url.searchParams.set('to', to);
  const response = await fetch(url);
  return z.array(mailSchema).parse(await response.json());
}

/** The nth mail to an address (the first is 1), once it has come; mails go out through a stream, a moment later. */
export async function waitForMail(to: string, nth = 1, timeoutMs = 60_000): Promise<Mail> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(100)) {
    const mail = (await readMails(to))[nth - 1];
    if (mail !== undefined) return mail;
    if (Date.now() > deadline) throw new Error(`mail ${nth} to ${to} did not come within ${timeoutMs} ms`);
  }
}

/** The newest mail to an address of that subject, once there is one: for those that others may come between. */
export async function waitForMailAbout(to: string, subject: string, timeoutMs = 60_000): Promise<Mail> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(100)) {
    const mail = (await readMails(to)).findLast((found) => found.subject.startsWith(subject));
    if (mail !== undefined) return mail;
    if (Date.now() > deadline) throw new Error(`no mail "${subject}" to ${to} came within ${timeoutMs} ms`);
  }
}
