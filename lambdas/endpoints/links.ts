import type { FieldError } from '../contract/problemBodies.ts';
import type { ProblemCode } from '../contract/problems.ts';
import { ProblemError } from '../core/common/errors.ts';
import type { RequestSource } from '../core/common/requestSource.ts';
import type { PasswordPolicy } from '../core/passwords/passwordPolicy.ts';
import type { Principal } from '../core/sessions/principal.ts';
import {
  type ConfirmEmailChangeDeps,
  confirmEmailChange,
  readEmailChangeLink,
} from '../flows/accounts/confirmEmailChange.ts';
import { readUndoLink, type UndoEmailChangeDeps, undoEmailChange } from '../flows/accounts/undoEmailChange.ts';
import { type ConfirmEmailDeps, confirmEmail, readVerificationLink } from '../flows/accounts/verifyEmail.ts';
import { type ResetPasswordDeps, readResetLink, resetPassword } from '../flows/passwords/resetPassword.ts';
import type { EndpointResponse } from '../http/endpoint.ts';
import { type RefusalPage, retryHeaders } from '../http/problemResponses.ts';
import { type DeviceBearer, presentedDevice } from '../http/tokenDelivery.ts';
import { pageHeaders } from '../pages/base/headers.ts';
import { confirmEmailPages } from '../pages/links/confirmEmail.ts';
import { linkFailedPage, linkLimitedPage, linkRefusedPage } from '../pages/links/notice.ts';
import { resetPasswordPages } from '../pages/links/resetPassword.ts';
import { undoEmailPages } from '../pages/links/undoEmail.ts';
import { verifyEmailPages } from '../pages/links/verifyEmail.ts';

/** One kind of mailed link: its pages, and what its form does. */
export interface MailedLink<Form extends { readonly token: string }> {
  readonly issuer: string;
  readonly pages: {
    /** Undefined when the token is no longer good. */
    form(token: string, errors: readonly FieldError[]): Promise<string | undefined>;
    done(props: { readonly issuer: string }): string;
    invalid(props: { readonly issuer: string }): string;
  };
  /** @throws ProblemError as the flow does. */
  use(form: Form & LinkVisitor): Promise<void>;
}

/** Who submits the form. */
interface LinkVisitor {
  /** Of a browser that is signed in, where the page's route lets one say so. */
  readonly principal: Principal | undefined;
  readonly deviceToken: string | undefined;
  readonly from: RequestSource;
}

interface ConfirmationForm {
  readonly token: string;
  readonly current_password?: string | undefined;
}

interface PasswordForm {
  readonly token: string;
  readonly password: string;
}

interface LinkDeps {
  readonly issuer: string;
  readonly passwordPolicy: Pick<PasswordPolicy, 'minimumLength'>;
}

/** It makes the account and signs nobody in: the person then signs in where they came from. */
export function verifyEmailLink(deps: ConfirmEmailDeps & LinkDeps): MailedLink<PasswordForm> {
  const { issuer } = deps;
  const { minimumLength } = deps.passwordPolicy;
  return {
    issuer,
    pages: {
      ...verifyEmailPages,
      async form(token, errors) {
        const link = await readVerificationLink(deps, token);
        return link && verifyEmailPages.form({ issuer, minimumLength, token, email: link.email, errors });
      },
    },
    use: (form) => confirmEmail(deps, form),
  };
}

export function resetPasswordLink(deps: ResetPasswordDeps & LinkDeps): MailedLink<PasswordForm> {
  const { issuer } = deps;
  const { minimumLength } = deps.passwordPolicy;
  return {
    issuer,
    pages: {
      ...resetPasswordPages,
      async form(token, errors) {
        const link = await readResetLink(deps, token);
        const email = link?.account.normalizedEmail;
        return link && resetPasswordPages.form({ issuer, minimumLength, token, email, errors });
      },
    },
    use: ({ password: newPassword, ...form }) => resetPassword(deps, { ...form, newPassword }),
  };
}

/** It gives an account back to its old address. */
export function undoEmailLink(deps: UndoEmailChangeDeps & LinkDeps): MailedLink<PasswordForm> {
  const { issuer } = deps;
  const { minimumLength } = deps.passwordPolicy;
  return {
    issuer,
    pages: {
      ...undoEmailPages,
      async form(token, errors) {
        const link = await readUndoLink(deps, token);
        return link && undoEmailPages.form({ issuer, minimumLength, token, email: link.address.email, errors });
      },
    },
    use: ({ password: newPassword, ...form }) => undoEmailChange(deps, { ...form, newPassword }),
  };
}

export function confirmEmailLink(
  deps: ConfirmEmailChangeDeps & Pick<LinkDeps, 'issuer'>,
): MailedLink<ConfirmationForm> {
  const { issuer } = deps;
  return {
    issuer,
    pages: {
      ...confirmEmailPages,
      async form(token, errors) {
        const link = await readEmailChangeLink(deps, token);
        return link && confirmEmailPages.form({ issuer, token, email: link.newEmail, errors });
      },
    },
    // A field that was left empty is no password.
    use: ({ current_password: password, ...form }) =>
      confirmEmailChange(deps, { ...form, currentPassword: password === '' ? undefined : password }),
  };
}

/** The page behind a mailed link. It uses nothing up. */
export function showMailedLink({ issuer, pages }: MailedLink<never>) {
  return async ({ input }: { readonly input: { readonly query: { readonly token?: string | undefined } } }) => {
    const { token } = input.query;
    const form = token === undefined ? undefined : await pages.form(token, []);
    return form === undefined ? page(400, pages.invalid({ issuer })) : page(200, form);
  };
}

/** Does what the form of a mailed link asks for. Answers with the page that says how it went. */
export function submitMailedLink<Form extends { readonly token: string }>({ issuer, pages, use }: MailedLink<Form>) {
  return async (
    request: { readonly input: { readonly body: Form } } & DeviceBearer & Omit<LinkVisitor, 'deviceToken'>,
  ) => {
    const { input, principal, from } = request;
    try {
      await use({ ...input.body, principal, deviceToken: presentedDevice(request), from });
      return page(200, pages.done({ issuer }));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      if (error.code === 'invalid_token') return page(400, pages.invalid({ issuer }));
      if (!repeatable.has(error.code)) return page(error.status, failure(issuer, error), retryHeaders(error));
      return page(
        400,
        (await pages.form(input.body.token, error.errors ?? [{ field: '', message: error.detail }])) ??
          pages.invalid({ issuer }),
      );
    }
  };
}

/** What keeps a request from the form or its use: it comes too big, twice, from elsewhere, or without a token. */
export function refusalPage({ issuer }: { readonly issuer: string }): RefusalPage {
  return (error) => {
    const refused = error.status < 500 && error.code !== 'rate_limited';
    const body = refused ? linkRefusedPage({ issuer }) : failure(issuer, error);
    return page(error.status, body, retryHeaders(error));
  };
}

/** What leaves the link good: the form is shown again, with the reasons. */
const repeatable: ReadonlySet<ProblemCode> = new Set(['weak_password', 'invalid_credentials']);

function failure(issuer: string, { code, retryAfterSeconds = 60 }: ProblemError): string {
  return code === 'rate_limited' ? linkLimitedPage({ issuer, retryAfterSeconds }) : linkFailedPage({ issuer });
}

function page(status: number, body: string, headers: Readonly<Record<string, string>> = {}): EndpointResponse {
  return { status, headers: { ...pageHeaders(), ...headers }, body };
}
