import { donePage, invalidLinkPage } from './notice.ts';
import { type PasswordFormProps, passwordForm } from './passwordForm.ts';

/** The pages behind the link of a registration. */
export const verifyEmailPages = {
  form: (props: PasswordFormProps) =>
    passwordForm(props, {
      action: 'verify-email',
      title: 'Choose a password',
      lead: 'It confirms your e-mail address and completes your account.',
      label: 'Password',
      button: 'Confirm and set password',
      note: 'You did not ask for an account? Close this page, and none is made.',
    }),
  done: donePage({ title: 'Welcome', result: 'Your address is confirmed. You can sign in now.' }),
  invalid: invalidLinkPage(
    'If you have confirmed your address already, you can sign in. If not, register again to get a new link.',
  ),
};
