import { noticePage } from './notice.ts';
import { type PasswordFormProps, passwordForm } from './passwordForm.ts';

/** The form behind the link of a reset. */
export function resetPasswordForm(props: PasswordFormProps): string {
  return passwordForm(props, {
    action: 'reset',
    title: 'Choose a new password',
    lead: 'It replaces the one you had, and signs your account out everywhere.',
    label: 'New password',
    button: 'Set new password',
    note: 'You did not ask for this? Close this page, and your password stays as it is.',
  });
}

export function passwordResetPage({ issuer }: { readonly issuer: string }): string {
  return noticePage({
    issuer,
    outcome: 'good',
    title: 'Your password is changed',
    paragraphs: ['Every device is signed out. You can sign in with the new password now.', 'You may close this page.'],
  });
}

/** One page for forged, used, replaced and expired links: it does not tell which of them a link is. */
export function invalidResetLinkPage({ issuer }: { readonly issuer: string }): string {
  return noticePage({
    issuer,
    outcome: 'bad',
    title: 'This link does not work',
    paragraphs: [
      'It has expired, was used before, or a newer mail has replaced it.',
      'If you have set your new password already, you can sign in. If not, ask for another link where you sign in.',
    ],
  });
}
