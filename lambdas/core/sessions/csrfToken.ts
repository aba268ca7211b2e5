import { hmacText } from '../common/digests.ts';
import { equalTexts } from '../common/equalTexts.ts';

/**
 * The token that a script sends beside a cookie. It is derived from the secret of the session cookie: nothing is
 * stored, and it lives as long as the session. Only a script that may read answers of this origin can have it.
 */
export function csrfTokenOf(cookieSecret: string): string {
  return hmacText(cookieSecret, 'gatehouse csrf 1');
}

/** In constant time. */
export function isCsrfToken(text: string, cookieSecret: string): boolean {
  return equalTexts(text, csrfTokenOf(cookieSecret));
}

/** Of the cookies of several sign-ins the one that the token follows from: a page speaks for its own sign-in. */
export function chosenByCsrfToken<C extends { readonly secret: string }>(
  cookies: readonly C[],
  csrfToken: string | undefined,
): C | undefined {
  return csrfToken === undefined ? undefined : cookies.find(({ secret }) => isCsrfToken(csrfToken, secret));
}
