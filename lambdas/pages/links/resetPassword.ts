import { donePage, invalidLinkPage } from './notice.ts';
import { type PasswordFormProps, passwordForm } from './passwordForm.ts';

/** The pages behind the link of a reset. */
export const resetPasswordPages = {
  form: (props: PasswordFormProps) =>
    passwordForm(props, {
      action: 'reset',
      title: 'Choose a new password',
      lead: 'It replaces the one you had, and signs your account out everywhere.',
      label: 'New password',
      button: 'Set new password',
      note: 'You did not ask for this? Close this page, and your password stays as it is.',
    }),
  done: donePage({
    title: 'Your password is changed',
    result: 'Every device is signed out. You can sign in with the new password now.',
  }),
  invalid: invalidLinkPage(
    'If you have set your new password already, you can sign in. If not, ask for another link where you sign in.',
  ),
};
