import { donePage, invalidLinkPage } from './notice.ts';
import { type PasswordFormProps, passwordForm } from './passwordForm.ts';

/** The pages behind the link that the old address gets when an account's address was changed. */
export const undoEmailPages = {
  form: (props: PasswordFormProps) =>
    passwordForm(props, {
      action: 'undo-email',
      title: 'Take your account back',
      lead:
        'This address becomes the e-mail address of your account again, and the new password its only one. Your ' +
        'account is signed out everywhere, and passkeys, authenticator apps and recovery codes that were added since ' +
        'the change are removed.',
      label: 'New password',
      button: 'Take the account back',
      note: 'You changed the address yourself? Close this page, and the change stays.',
    }),
  done: donePage({
    title: 'The account is yours again',
    result: 'It has its old address, and every device is signed out. You can sign in with the new password now.',
  }),
  invalid: invalidLinkPage(
    'If you have taken your account back already, you can sign in. If not, and the account is yours, tell whoever ' +
      'runs this service.',
  ),
};
