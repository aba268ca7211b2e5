import { noticePage } from './notice.ts';
import { type PasswordFormProps, passwordForm } from './passwordForm.ts';

/** The form behind the link of a registration. */
export function verifyEmailForm(props: PasswordFormProps): string {
  return passwordForm(props, {
    action: 'verify-email',
    title: 'Choose a password',
    lead: 'It confirms your e-mail address and completes your account.',
    label: 'Password',
    button: 'Confirm and set password',
    note: 'You did not ask for an account? Close this page, and none is made.',
  });
}

export function emailVerifiedPage({ issuer }: { readonly issuer: string }): string {
  return noticePage({
    issuer,
    outcome: 'good',
    title: 'Welcome',
    paragraphs: ['Your address is confirmed. You can sign in now.', 'You may close this page.'],
  });
}

/** One page for forged, used, replaced and expired links: it does not tell which of them a link is. */
export function invalidLinkPage({ issuer }: { readonly issuer: string }): string {
  return noticePage({
    issuer,
    outcome: 'bad',
    title: 'This link does not work',
    paragraphs: [
      'It has expired, was used before, or a newer mail has replaced it.',
      'If you have confirmed your address already, you can sign in. If not, register again to get a new link.',
    ],
  });
}
