import { type LinkMailProps, linkMail } from './linkMail.ts';
import type { Mail } from './mailLayout.ts';

export function undoEmailMail(props: LinkMailProps): Mail {
  return linkMail(props, {
    title: 'Your e-mail address was changed',
    subject: (host) => `Your e-mail address was changed: ${host}`,
    asked: (host) =>
      `Your account at ${host} has another e-mail address now. If it was you, there is nothing to do. If it was not ` +
      'you, take your account back: the link asks for a new password, gives the account this address again, signs it ' +
      'out everywhere, and removes what was added to it since.',
    button: 'It was not me: take my account back',
    validity: (until) => `The link works once, until ${until}. Nobody else can have this address until then.`,
    otherwise: 'If it was you, do not follow the link.',
  });
}
