import type { FieldError } from '../contract/problems.ts';
import { layout } from './layout.ts';
import { type Markup, markup } from './markup.ts';
import { noticePage } from './notice.ts';

export interface VerifyEmailFormProps {
  readonly issuer: string;
  /** The mailed token, as it came. */
  readonly token: string;
  /** The address the token was mailed to, where the caller has opened it: shown, and given to password managers. */
  readonly email?: string | undefined;
  /** Code points. */
  readonly minimumLength: number;
  /** Why the last try failed; empty at first. */
  readonly errors?: readonly FieldError[];
}

/** The form behind the mailed link. Showing it consumes nothing: mail scanners follow links, they do not send forms. */
export function verifyEmailForm(props: VerifyEmailFormProps): string {
  const messages = (props.errors ?? []).map(({ message }) => message);
  const failed = messages.length > 0;
  const title = failed ? 'Choose another password' : 'Choose a password';
  // The form's address is relative, so that it holds under an API stage's path, and leaves the query (the token) behind.
  const content = markup`<h1>${title}</h1>
<p>It confirms your e-mail address and completes your account.</p>
${failed && alert(messages)}
<form method="post" action="verify-email">
<input type="hidden" name="token" value="${props.token}">
${props.email !== undefined && address(props.email)}
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="${props.minimumLength}" aria-describedby="${failed ? 'password-errors password-hint' : 'password-hint'}"${failed && markup` aria-invalid="true" autofocus`}>
<p class="hint" id="password-hint">At least ${props.minimumLength} characters. A few unrelated words are easy to remember and hard to guess; digits and symbols are not needed.</p>
<button type="submit">Confirm and set password</button>
</form>
<p class="note">You did not ask for an account? Close this page, and none is made.</p>`;
  return layout({ issuer: props.issuer, title: failed ? `Error: ${title}` : title, content });
}

/** Without a `name`: it is for people and password managers, and is not sent. */
function address(email: string): Markup {
  return markup`<label for="email">E-mail address</label>
<input id="email" type="email" value="${email}" autocomplete="username" readonly>`;
}

function alert(messages: readonly string[]): Markup {
  const items = messages.map((message) => markup`<li>${message}</li>`);
  return markup`<div class="alert" role="alert" id="password-errors"><p>This password cannot be used.</p><ul>${items}</ul></div>`;
}

export function emailVerifiedPage({ issuer }: { readonly issuer: string }): string {
  return noticePage({
    issuer,
    outcome: 'good',
    title: 'Welcome',
    paragraphs: ['Your address is confirmed. You can sign in now.', 'You may close this page.'],
  });
}

/** One page for forged, used, replaced and expired links: it tells nothing of which. */
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

export function verifyEmailFailedPage({ issuer }: { readonly issuer: string }): string {
  return noticePage({
    issuer,
    outcome: 'bad',
    title: 'Something went wrong',
    paragraphs: ['This is our fault, not yours. Please open the link in your mail again in a minute.'],
  });
}
