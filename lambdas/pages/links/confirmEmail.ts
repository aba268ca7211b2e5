import type { FieldError } from '../../contract/problemBodies.ts';
import { layout } from '../base/layout.ts';
import { markup } from '../base/markup.ts';
import { donePage, invalidLinkPage } from './notice.ts';
import { formErrors } from './passwordForm.ts';

/**
 * Showing it consumes nothing, and sending it as it is does nothing either, unless the browser is signed in to the
 * account: mail scanners open links and submit forms.
 */
function confirmEmailForm(props: {
  readonly issuer: string;
  /** The mailed token, as it came. */
  readonly token: string;
  /** The address the token was mailed to. */
  readonly email: string;
  /** Why the last try failed; empty at first. */
  readonly errors?: readonly FieldError[];
}): string {
  const title = 'Confirm your new address';
  const messages = (props.errors ?? []).map(({ message }) => message);
  const failed = messages.length > 0;
  const content = markup`<h1>${title}</h1>
<p>It becomes the e-mail address of your account: you sign in with it, and mail goes there.</p>
${failed && formErrors('The address was not confirmed.', messages)}
<form method="post" action="confirm-email">
<input type="hidden" name="token" value="${props.token}">
<label for="email">New e-mail address</label>
<input id="email" type="email" value="${props.email}" autocomplete="username" readonly>
<label for="password">Password of your account</label>
<input id="password" name="current_password" type="password" autocomplete="current-password"
  aria-describedby="${failed ? 'password-errors password-hint' : 'password-hint'}"
  ${failed && markup`aria-invalid="true" autofocus`}>
<p class="hint" id="password-hint">You may leave it empty where you are signed in to the account in this browser.</p>
<button type="submit">Confirm this address</button>
</form>
<p class="note">You did not ask for this? Close this page, and nothing changes.</p>`;
  return layout({ issuer: props.issuer, title: failed ? `Error: ${title}` : title, content });
}

/** The pages behind the link of a change of address. */
export const confirmEmailPages = {
  form: confirmEmailForm,
  done: donePage({ title: 'Your address is changed', result: 'From now on you sign in with the new address.' }),
  invalid: invalidLinkPage(
    'If you have confirmed the address already, you can sign in with it. If not, ask for the change again.',
  ),
};
