import type { FieldError } from '../../contract/problemBodies.ts';
import { layout } from '../base/layout.ts';
import { type Markup, markup } from '../base/markup.ts';

export interface PasswordFormProps {
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

export interface PasswordFormWording {
  /** The last segment of the page's own path. */
  readonly action: string;
  readonly title: string;
  readonly lead: string;
  readonly label: string;
  readonly button: string;
  readonly note: string;
}

/**
 * A form that sets a password by a mailed token. Showing it uses nothing up, and sent as it is, without a password, it
 * is refused: mail scanners open links and submit forms.
 */
export function passwordForm(props: PasswordFormProps, wording: PasswordFormWording): string {
  const messages = (props.errors ?? []).map(({ message }) => message);
  const failed = messages.length > 0;
  const title = failed ? 'Choose another password' : wording.title;
  // The form's address is relative, so that it holds under an API stage's path, and leaves the query (the token)
  // behind.
  const content = markup`<h1>${title}</h1>
<p>${wording.lead}</p>
${failed && formErrors('This password cannot be used.', messages)}
<form method="post" action="${wording.action}">
<input type="hidden" name="token" value="${props.token}">
${props.email !== undefined && address(props.email)}
<label for="password">${wording.label}</label>
<input id="password" name="password" type="password" autocomplete="new-password" required
  minlength="${props.minimumLength}" aria-describedby="${failed ? 'password-errors password-hint' : 'password-hint'}"
  ${failed && markup`aria-invalid="true" autofocus`}>
<p class="hint" id="password-hint">At least ${props.minimumLength} characters. A few unrelated words are easy to
remember and hard to guess; digits and symbols are not needed.</p>
<button type="submit">${wording.button}</button>
</form>
<p class="note">${wording.note}</p>`;
  return layout({ issuer: props.issuer, title: failed ? `Error: ${title}` : title, content });
}

/** Without a `name`: it is for people and password managers, and is not sent. */
function address(email: string): Markup {
  return markup`<label for="email">E-mail address</label>
<input id="email" type="email" value="${email}" autocomplete="username" readonly>`;
}

/** Why a form was not taken. */
export function formErrors(what: string, messages: readonly string[]): Markup {
  const items = messages.map((message) => markup`<li>${message}</li>`);
  return markup`<div class="alert" role="alert" id="password-errors">
<p>${what}</p><ul>${items}</ul></div>`;
}
