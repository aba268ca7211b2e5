import { type LinkMailProps, linkMail } from './linkMail.ts';
import type { Mail } from './mailLayout.ts';

export function confirmEmailMail(props: LinkMailProps): Mail {
  return linkMail(props, {
    title: 'Confirm your new e-mail address',
    asked: (host) =>
      `Somebody, most likely you, asked to make this the e-mail address of their account at ${host}. Until the ` +
      'link is followed, the account keeps its old address.',
    button: 'Confirm this address',
    otherwise: 'If it was not you, ignore this mail: without the link nobody can use your address.',
  });
}
