import type { PasswordPolicy } from '../core/passwords/passwordPolicy.ts';
import { type ResetPasswordDeps, readResetLink, resetPassword } from '../flows/passwords/resetPassword.ts';
import type { Endpoint } from '../http/http.ts';
import { invalidResetLinkPage, passwordResetPage, resetPasswordForm } from '../pages/links/resetPassword.ts';
import { type MailedLinkPages, showMailedLink, submitMailedLink } from './mailedLinkPage.ts';

export interface ResetPasswordPageDeps extends ResetPasswordDeps {
  readonly passwordPolicy: PasswordPolicy;
  readonly issuer: string;
}

export function showResetPage(deps: ResetPasswordPageDeps): Endpoint<'showResetPage'> {
  return ({ input }) => showMailedLink(pagesOf(deps), input.query.token);
}

export function submitResetPage(deps: ResetPasswordPageDeps): Endpoint<'submitResetPage'> {
  return ({ input, from }) => {
    const { token, password: newPassword } = input.body;
    return submitMailedLink(pagesOf(deps), token, () => resetPassword(deps, { token, newPassword, from }));
  };
}

function pagesOf(deps: ResetPasswordPageDeps): MailedLinkPages {
  const { issuer } = deps;
  const { minimumLength } = deps.passwordPolicy;
  return {
    issuer,
    async form(token, errors) {
      const link = await readResetLink(deps, token);
      const email = link?.account.normalizedEmail;
      return link && resetPasswordForm({ issuer, minimumLength, token, email, ...(errors && { errors }) });
    },
    invalid: () => invalidResetLinkPage({ issuer }),
    done: () => passwordResetPage({ issuer }),
  };
}
