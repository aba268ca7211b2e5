import type { FieldError } from '../contract/problems.ts';
import { ProblemError } from '../core/common/errors.ts';
import type { EndpointResponse } from '../http/http.ts';
import { retryHeaders } from '../http/problems.ts';
import { pageHeaders } from '../pages/base/headers.ts';
import { linkFailedPage, linkLimitedPage } from '../pages/links/notice.ts';

/** The pages of one kind of mailed link. */
export interface MailedLinkPages {
  readonly issuer: string;
  /** Undefined where the token is no good any more. */
  form(token: string, errors?: readonly FieldError[]): Promise<string | undefined>;
  invalid(): string;
  done(): string;
}

/** The page behind a mailed link. It uses nothing up: mail scanners follow links, they do not send forms. */
export async function showMailedLink(pages: MailedLinkPages, token: string | undefined): Promise<EndpointResponse> {
  const form = token === undefined ? undefined : await pages.form(token);
  return form === undefined ? page(400, pages.invalid()) : page(200, form);
}

/** What its form does, and the page that says how it went. */
export async function submitMailedLink(
  pages: MailedLinkPages,
  token: string,
  use: () => Promise<void>,
): Promise<EndpointResponse> {
  try {
    await use();
    return page(200, pages.done());
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.code === 'invalid_token') return page(400, pages.invalid());
    if (error.code !== 'weak_password') return page(error.status, failure(pages, error), retryHeaders(error));
    return page(400, (await pages.form(token, error.errors ?? [])) ?? pages.invalid());
  }
}

function failure({ issuer }: MailedLinkPages, { code, retryAfterSeconds = 60 }: ProblemError): string {
  return code === 'rate_limited' ? linkLimitedPage({ issuer, retryAfterSeconds }) : linkFailedPage({ issuer });
}

function page(status: number, body: string, headers: Readonly<Record<string, string>> = {}): EndpointResponse {
  return { status, headers: { ...pageHeaders(), ...headers }, body };
}
