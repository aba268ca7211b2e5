import { ProblemError } from '../core/errors.ts';
import type { PasswordPolicy } from '../core/passwordPolicy.ts';
import { confirmEmail, readVerificationLink, type VerifyEmailDeps } from '../flows/verifyEmail.ts';
import type { Endpoint, EndpointResponse } from '../middleware/http.ts';
import { pageHeaders } from '../pages/headers.ts';
import { emailVerifiedPage, invalidLinkPage, verifyEmailFailedPage, verifyEmailForm } from '../pages/verifyEmail.ts';

export interface VerifyEmailPageDeps extends VerifyEmailDeps {
  readonly passwordPolicy: PasswordPolicy;
}

/** The page behind the mailed link. It uses nothing up: mail scanners follow links, they do not send forms. */
export function showVerifyEmailPage(deps: VerifyEmailPageDeps): Endpoint<'showVerifyEmailPage'> {
  const { issuer } = deps.settings;
  return async ({ input }) => {
    const { token } = input.query;
    const link = token === undefined ? undefined : await readVerificationLink(deps, token);
    if (token === undefined || !link) return page(400, invalidLinkPage({ issuer }));
    return page(200, form(deps, { token, email: link.email }));
  };
}

/** Its form. It makes the account and signs nobody in: the person goes on to sign in where they came from. */
export function submitVerifyEmailPage(deps: VerifyEmailPageDeps): Endpoint<'submitVerifyEmailPage'> {
  const { issuer } = deps.settings;
  return async ({ input, from }) => {
    const { token, password } = input.body;
    try {
      await confirmEmail(deps, { token, password, from });
      return page(200, emailVerifiedPage({ issuer }));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.code === 'weak_password') {
        const email = (await readVerificationLink(deps, token))?.email;
        return page(400, form(deps, { token, email, errors: error.errors ?? [] }));
      }
      if (error.code === 'invalid_token') return page(400, invalidLinkPage({ issuer }));
      return page(error.status, verifyEmailFailedPage({ issuer }));
    }
  };
}

function form(
  deps: VerifyEmailPageDeps,
  props: Pick<Parameters<typeof verifyEmailForm>[0], 'token' | 'email' | 'errors'>,
): string {
  return verifyEmailForm({
    ...props,
    issuer: deps.settings.issuer,
    minimumLength: deps.passwordPolicy.minimumLength,
  });
}

function page(status: number, body: string): EndpointResponse {
  return { status, headers: pageHeaders(), body };
}
