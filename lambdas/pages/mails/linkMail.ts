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
  /** Default: the title, and for which host. */
  readonly subject?: (host: string) => string;
  readonly asked: (host: string) => string;
  readonly button: string;
  /** Default: that it works once, until then, and that the newest mail counts. */
  readonly validity?: (until: string) => string;
  readonly otherwise: string;
}

/**
 * A mail with a link that works once. The same props make the same mail, so a mail that is sent twice says the same.
 */
export function linkMail({ issuer, link, expiresAt }: LinkMailProps, wording: LinkMailWording): Mail {
  const { host } = new URL(issuer);
  const instant = new Date(expiresAt * 1000).toISOString();
  const [date, time] = [instant.slice(0, 10), `${instant.slice(11, 16)} UTC`];
  const asked = wording.asked(host);
  const validity =
    wording.validity?.(`${date}, ${time}`) ??
    `The link works once, until ${time}. Of several mails only the newest one's link works.`;
  return {
    subject: wording.subject?.(host) ?? `${wording.title} for ${host}`,
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
