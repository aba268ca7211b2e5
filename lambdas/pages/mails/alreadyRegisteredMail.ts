import { markup } from '../markup.ts';
import { type Mail, mailLayout, paragraph, smallPrint } from './mailLayout.ts';

/** For the owner of an account whose address somebody registers again: whoever asked was told nothing of it. */
export function alreadyRegisteredMail({ issuer }: { readonly issuer: string }): Mail {
  const { host } = new URL(issuer);
  const title = 'You already have an account';
  const asked = `Somebody, most likely you, asked for an account at ${host} with this e-mail address. It has one already, so nothing was changed.`;
  const action = 'If it was you, sign in with the password you have.';
  const otherwise = 'If it was not you, there is nothing to do: whoever asked was not told that you have an account.';
  return {
    subject: `You already have an account at ${host}`,
    text: [asked, action, otherwise].join('\n\n').concat('\n'),
    html: mailLayout({
      host,
      title,
      content: markup`${paragraph(asked)}${paragraph(action)}${smallPrint(otherwise)}`,
    }),
  };
}
