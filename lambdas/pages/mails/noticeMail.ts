import type { NoticeJob, NoticeKind, WaysLeft } from '../../core/mail/mailJob.ts';
import { programName } from '../../core/mail/programName.ts';
import { markup } from '../base/markup.ts';
import { type Mail, mailLayout, paragraph, smallPrint } from './mailLayout.ts';

export type NoticeMailProps = Pick<NoticeJob, 'template' | 'at' | 'ip' | 'userAgent' | 'left'> & {
  readonly issuer: string;
};

interface Wording {
  /** Subject and heading; the host follows in the subject. */
  readonly title: string;
  readonly happened: (host: string) => string;
  /** What to do, for whoever it was, and for whoever it was not. */
  readonly ifYou: string;
  readonly ifNot: string;
  /**
   * Whether to say when and from where. A notice of a stranger's request tells its receiver nothing about the stranger.
   */
  readonly circumstances: boolean;
}

const nothingToDo = 'If it was you, there is nothing to do.';
const resetNow =
  'If it was not you, somebody may know your password: reset it now, with “Forgot password” where you sign in. ' +
  'That signs every device out.';

const wordings: Readonly<Record<NoticeKind, Wording>> = {
  'already-registered': {
    title: 'You already have an account',
    happened: (host) =>
      `Somebody, most likely you, asked for an account at ${host} with this e-mail address. It has one already, so ` +
      'nothing was changed.',
    ifYou:
      'If it was you, sign in with your password or your passkey. If you have neither at hand, choose “Forgot ' +
      'password” where you sign in: you get a link to set a new password, also where the account never had one.',
    ifNot: 'If it was not you, there is nothing to do: whoever asked was not told that you have an account.',
    circumstances: false,
  },
  'address-reserved': {
    title: 'This address is kept for an account',
    happened: (host) =>
      `Somebody, most likely you, asked for an account at ${host} with this e-mail address, or to move one to it. It ` +
      'was the address of an account until that was changed, and is kept for it for seven days, so nothing was done.',
    ifYou:
      'If it was you, try again when the seven days are over. If the account is yours and you did not change its ' +
      'address, the mail that told you of the change has a link that takes the account back.',
    ifNot: 'If it was not you, there is nothing to do: whoever asked was not told.',
    circumstances: false,
  },
  'new-device': {
    title: 'New sign-in to your account',
    happened: (host) =>
      `Somebody signed in to your account at ${host} on a device that it has not been used on before.`,
    ifYou: nothingToDo,
    ifNot: resetNow,
    circumstances: true,
  },
  'password-changed': {
    title: 'Your password was changed',
    happened: (host) => `The password of your account at ${host} was changed.`,
    ifYou: nothingToDo,
    ifNot: resetNow,
    circumstances: true,
  },
  'email-change-requested': {
    title: 'Your e-mail address is about to change',
    happened: (host) =>
      `Somebody who is signed in to your account at ${host} asked to change its e-mail address. A link was sent to ` +
      'the new address; until it is followed, this address stays the account’s.',
    ifYou: nothingToDo,
    ifNot: resetNow,
    circumstances: true,
  },
  'email-changed': {
    title: 'Your e-mail address was changed',
    happened: (host) =>
      `Your account at ${host} has another e-mail address now. This address no longer belongs to it, and this is ` +
      'the last mail that goes here.',
    ifYou: nothingToDo,
    ifNot: 'If it was not you, tell whoever runs this service at once: this address can no longer reset the password.',
    circumstances: true,
  },
  'email-change-undone': {
    title: 'Your account is yours again',
    happened: (host) =>
      `The change of the e-mail address of your account at ${host} was undone with the link that was mailed here. ` +
      'The account has this address again and a new password, every device is signed out, and what signed in and was ' +
      'added since the change is gone.',
    ifYou: 'If it was you, sign in with the new password, and look at what is left in your account.',
    ifNot: resetNow,
    circumstances: true,
  },
  'account-deleted': {
    title: 'Your account was deleted',
    happened: (host) =>
      `Your account at ${host}, and everything that was kept of you there, was deleted. This is the last mail that ` +
      'goes here.',
    ifYou: nothingToDo,
    ifNot: 'If it was not you, tell whoever runs this service: a deleted account cannot be brought back.',
    circumstances: true,
  },
  'factor-added': {
    title: 'A way to sign in was added',
    happened: (host) => `A passkey or an authenticator app was added to your account at ${host}.`,
    ifYou: nothingToDo,
    ifNot:
      `${resetNow} Then sign in and remove what you do not know from the account. If signing in asks for ` +
      'something that is not yours, tell whoever runs this service.',
    circumstances: true,
  },
  'factor-removed': {
    title: 'A way to sign in was removed',
    happened: (host) => `A passkey or an authenticator app was removed from your account at ${host}.`,
    ifYou: nothingToDo,
    ifNot: resetNow,
    circumstances: true,
  },
  'recovery-code-used': {
    title: 'A recovery code was used',
    happened: (host) =>
      `Somebody signed in to your account at ${host} with one of its recovery codes. It cannot be used again.`,
    ifYou: 'If it was you, and your authenticator is lost, set up a new one.',
    ifNot: resetNow,
    circumstances: true,
  },
  'recovery-codes-renewed': {
    title: 'Your recovery codes were replaced',
    happened: (host) =>
      `New recovery codes were made for your account at ${host}. Each signs in once in place of a passkey or an ` +
      'authenticator app; the codes from before no longer do.',
    ifYou: 'If it was you, keep the new ones in a safe place, and throw the old ones away.',
    ifNot: `${resetNow} Then make recovery codes of your own, which end these.`,
    circumstances: true,
  },
  'wrong-codes': {
    title: 'Somebody guesses the codes of your account',
    happened: (host) =>
      `Somebody who has the password of your account at ${host}, or is signed in to it, gave wrong codes, five times ` +
      'or more. Nobody got further that way.',
    ifYou: nothingToDo,
    ifNot:
      'If it was not you, reset your password now, with “Forgot password” where you sign in: it ends every session.',
    circumstances: true,
  },
};

/**
 * Tells an owner what happened to the account. It holds no link, so that nobody learns to click in mails of this kind.
 */
export function noticeMail({ template, issuer, at, ip, userAgent, left }: NoticeMailProps): Mail {
  const { host } = new URL(issuer);
  const { title, happened, ifYou, ifNot, circumstances } = wordings[template];
  const what = happened(host);
  const how = circumstances ? circumstancesOf({ at, ip, userAgent }) : undefined;
  const said = [what, how, left && waysLeft(left), ifYou].filter((part) => part !== undefined);
  return {
    subject: `${title}: ${host}`,
    text: [...said, ifNot].join('\n\n').concat('\n'),
    html: mailLayout({
      host,
      title,
      content: markup`${said.map(paragraph)}${smallPrint(ifNot)}`,
    }),
  };
}

function circumstancesOf({ at, ip, userAgent }: Pick<NoticeJob, 'at' | 'ip' | 'userAgent'>): string {
  return `When: ${minuteOf(at)}.${ip && ` From: ${ip}, ${programName(userAgent)}.`}`;
}

const kinds = { passkey: 'a passkey', 'authenticator-app': 'an authenticator app' } as const;

/** A factor that a thief has added before the change was asked for looks like the owner's: only the owner can tell. */
function waysLeft({ factors, recoveryCodes }: WaysLeft): string {
  const ways = [
    ...factors.map(({ kind, addedAt }) => `${kinds[kind]}, added ${minuteOf(addedAt)}`),
    ...(recoveryCodes > 0 ? [`${recoveryCodes} recovery codes`] : []),
  ];
  if (ways.length === 0) return 'Nothing but the new password signs in now.';
  return (
    'What still signs in besides the new password, since it was there before the change was asked for: ' +
    `${ways.join('; ')}. If something of it is not yours, sign in and remove it, and make new recovery codes. ` +
    'If signing in asks for what is not yours, tell whoever runs this service.'
  );
}

function minuteOf(epochSeconds: number): string {
  return `${new Date(epochSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
