import { type LinkMailProps, linkMail } from './linkMail.ts';
import type { Mail } from './mailLayout.ts';

export function resetMail(props: LinkMailProps): Mail {
  return linkMail(props, {
    title: 'Set a new password',
    asked: (host) =>
      `Somebody, most likely you, asked for a new password for your account at ${host}. To set it, follow the ` +
      'link. That signs every device out.',
    button: 'Set a new password',
    otherwise:
      'If it was not you, ignore this mail: your password stays as it is, and without the link nobody can change it.',
  });
}
