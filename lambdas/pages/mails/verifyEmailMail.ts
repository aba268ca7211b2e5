import { markup } from '../markup.ts';
import { button, type Mail, mailLayout, paragraph, smallPrint } from './mailLayout.ts';

export interface VerifyEmailMailProps {
  readonly issuer: string;
  readonly link: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** The same props make the same mail: one that is sent twice does not contradict itself. */
export function verifyEmailMail({ issuer, link, expiresAt }: VerifyEmailMailProps): Mail {
  const { host } = new URL(issuer);
  const subject = `Confirm your e-mail address for ${host}`;
  const until = `${new Date(expiresAt * 1000).toISOString().slice(11, 16)} UTC`;
  const asked = `Somebody, most likely you, asked for an account at ${host} with this e-mail address. To get it, confirm the address and choose a password.`;
  const validity = `The link works once, until ${until}. Of several mails only the newest one's link works.`;
  const otherwise =
    'If it was not you, ignore this mail: without the link nobody can make an account with your address.';
  return {
    subject,
    text: [asked, link, validity, otherwise].join('\n\n').concat('\n'),
    html: mailLayout({
      host,
      title: 'Confirm your e-mail address',
      content: markup`${paragraph(asked)}${button('Confirm my address', link)}${paragraph(validity)}${smallPrint(otherwise)}${smallPrint(markup`If the button does not work, copy this address into your browser:<br><span style="word-break:break-all">${link}</span>`)}`,
    }),
  };
}
