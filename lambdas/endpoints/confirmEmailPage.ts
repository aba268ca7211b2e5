import {
  type ConfirmEmailChangeDeps,
  confirmEmailChange,
  readEmailChangeLink,
} from '../flows/accounts/confirmEmailChange.ts';
import type { Endpoint } from '../http/http.ts';
import { confirmEmailForm, emailConfirmedPage, invalidConfirmLinkPage } from '../pages/links/confirmEmail.ts';
import { type MailedLinkPages, showMailedLink, submitMailedLink } from './mailedLinkPage.ts';

export interface ConfirmEmailPageDeps extends ConfirmEmailChangeDeps {
  readonly issuer: string;
}

export function showConfirmEmailPage(deps: ConfirmEmailPageDeps): Endpoint<'showConfirmEmailPage'> {
  return ({ input }) => showMailedLink(pagesOf(deps), input.query.token);
}

export function submitConfirmEmailPage(deps: ConfirmEmailPageDeps): Endpoint<'submitConfirmEmailPage'> {
  return ({ input, from }) => {
    const { token } = input.body;
    return submitMailedLink(pagesOf(deps), token, () => confirmEmailChange(deps, { token, from }));
  };
}

function pagesOf(deps: ConfirmEmailPageDeps): MailedLinkPages {
  const { issuer } = deps;
  return {
    issuer,
    async form(token) {
      const link = await readEmailChangeLink(deps, token);
      return link && confirmEmailForm({ issuer, token, email: link.newEmail });
    },
    invalid: () => invalidConfirmLinkPage({ issuer }),
    done: () => emailConfirmedPage({ issuer }),
  };
}
