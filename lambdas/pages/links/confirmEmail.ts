import { layout } from '../base/layout.ts';
import { markup } from '../base/markup.ts';
import { donePage, invalidLinkPage } from './notice.ts';

/** Showing it consumes nothing. */
function confirmEmailForm(props: {
  readonly issuer: string;
  /** The mailed token, as it came. */
  readonly token: string;
  /** The address the token was mailed to. */
  readonly email: string;
}): string {
  const title = 'Confirm your new address';
  const content = markup`<h1>${title}</h1>
<p>It becomes the e-mail address of your account: you sign in with it, and mail goes there.</p>
<form method="post" action="confirm-email">
<input type="hidden" name="token" value="${props.token}">
<label for="email">New e-mail address</label>
<input id="email" type="email" value="${props.email}" autocomplete="username" readonly>
<button type="submit">Confirm this address</button>
</form>
<p class="note">You did not ask for this? Close this page, and nothing changes.</p>`;
  return layout({ issuer: props.issuer, title, content });
}

/** The pages behind the link of a change of address. */
export const confirmEmailPages = {
  form: confirmEmailForm,
  done: donePage({ title: 'Your address is changed', result: 'From now on you sign in with the new address.' }),
  invalid: invalidLinkPage(
    'If you have confirmed the address already, you can sign in with it. If not, ask for the change again.',
  ),
};
