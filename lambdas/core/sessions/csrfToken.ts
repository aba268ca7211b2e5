import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The token that a script sends with what a cookie authenticates. It follows from the secret of the session cookie, so
 * nothing is stored, it lives as long as the session, and nobody has it who cannot read an answer of this origin.
 */
export function csrfTokenOf(cookieSecret: string): string {
  return createHmac('sha256', cookieSecret).update('gatehouse csrf 1').digest('base64url');
}

/** In constant time. */
export function isCsrfToken(text: string, cookieSecret: string): boolean {
  const expected = Buffer.from(csrfTokenOf(cookieSecret));
  const presented = Buffer.from(text);
  return presented.length === expected.length && timingSafeEqual(presented, expected);
}
