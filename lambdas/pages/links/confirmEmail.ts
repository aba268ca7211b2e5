import { layout } from '../base/layout.ts';
import { markup } from '../base/markup.ts';
import { noticePage } from './notice.ts';

/** The form behind the link of a change of address. Showing it consumes nothing. */
export function confirmEmailForm(props: {
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

export function emailConfirmedPage({ issuer }: { readonly issuer: string }): string {
  return noticePage({
    issuer,
    outcome: 'good',
    title: 'Your address is changed',
    paragraphs: ['From now on you sign in with the new address.', 'You may close this page.'],
  });
}

/** One page for forged, used, replaced and expired links: it does not tell which of them a link is. */
export function invalidConfirmLinkPage({ issuer }: { readonly issuer: string }): string {
  return noticePage({
    issuer,
    outcome: 'bad',
    title: 'This link does not work',
    paragraphs: [
      'It has expired, was used before, or a newer mail has replaced it.',
      'If you have confirmed the address already, you can sign in with it. If not, ask for the change again.',
    ],
  });
}
