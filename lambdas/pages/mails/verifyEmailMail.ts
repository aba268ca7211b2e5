import { type LinkMailProps, linkMail } from './linkMail.ts';
import type { Mail } from './mailLayout.ts';

export function verifyEmailMail(props: LinkMailProps): Mail {
  return linkMail(props, {
    title: 'Confirm your e-mail address',
    asked: (host) =>
      `Somebody, most likely you, asked for an account at ${host} with this e-mail address. To get it, confirm the ` +
      'address and choose a password.',
    button: 'Confirm my address',
    otherwise: 'If it was not you, ignore this mail: without the link nobody can make an account with your address.',
  });
}
