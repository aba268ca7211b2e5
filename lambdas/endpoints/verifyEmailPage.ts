import type { PasswordPolicy } from '../core/passwords/passwordPolicy.ts';
import { confirmEmail, readVerificationLink, type VerifyEmailDeps } from '../flows/accounts/verifyEmail.ts';
import type { Endpoint } from '../http/http.ts';
import { emailVerifiedPage, invalidLinkPage, verifyEmailForm } from '../pages/links/verifyEmail.ts';
import { type MailedLinkPages, showMailedLink, submitMailedLink } from './mailedLinkPage.ts';

export interface VerifyEmailPageDeps extends VerifyEmailDeps {
  readonly passwordPolicy: PasswordPolicy;
}

export function showVerifyEmailPage(deps: VerifyEmailPageDeps): Endpoint<'showVerifyEmailPage'> {
  return ({ input }) => showMailedLink(pagesOf(deps), input.query.token);
}

/** It makes the account and signs nobody in: the person goes on to sign in where they came from. */
export function submitVerifyEmailPage(deps: VerifyEmailPageDeps): Endpoint<'submitVerifyEmailPage'> {
  return ({ input, from }) => {
    const { token, password } = input.body;
    return submitMailedLink(pagesOf(deps), token, () => confirmEmail(deps, { token, password, from }));
  };
}

function pagesOf(deps: VerifyEmailPageDeps): MailedLinkPages {
  const { issuer } = deps.settings;
  const { minimumLength } = deps.passwordPolicy;
  return {
    issuer,
    async form(token, errors) {
      const link = await readVerificationLink(deps, token);
      return link && verifyEmailForm({ issuer, minimumLength, token, email: link.email, ...(errors && { errors }) });
    },
    invalid: () => invalidLinkPage({ issuer }),
    done: () => emailVerifiedPage({ issuer }),
  };
}
