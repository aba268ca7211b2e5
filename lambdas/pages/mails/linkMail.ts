import { markup } from '../base/markup.ts';
import { button, type Mail, mailLayout, paragraph, smallPrint } from './mailLayout.ts';

export interface LinkMailProps {
  readonly issuer: string;
  readonly link: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

export interface LinkMailWording {
  /** Subject and heading; the host follows in the subject. */
  readonly title: string;
  readonly asked: (host: string) => string;
  readonly button: string;
  readonly otherwise: string;
}

/**
 * A mail with a link that works once. The same props make the same mail, so a mail that is sent twice says the same.
 */
export function linkMail({ issuer, link, expiresAt }: LinkMailProps, wording: LinkMailWording): Mail {
  const { host } = new URL(issuer);
  const until = `${new Date(expiresAt * 1000).toISOString().slice(11, 16)} UTC`;
  const asked = wording.asked(host);
  const validity = `The link works once, until ${until}. Of several mails only the newest one's link works.`;
  return {
    subject: `${wording.title} for ${host}`,
    text: [asked, link, validity, wording.otherwise].join('\n\n').concat('\n'),
    html: mailLayout({
      host,
      title: wording.title,
      content: markup`${[
        paragraph(asked),
        button(wording.button, link),
        paragraph(validity),
        smallPrint(wording.otherwise),
        smallPrint(
          markup`If the button does not work, copy this address into your browser:<br>
<span style="word-break:break-all">${link}</span>`,
        ),
      ]}`,
    }),
  };
}
