/**
 * The form of a password that is measured and hashed: NFKC (NIST SP 800-63B-4 §3.1.1.2), so that it is the same
 * password whatever keyboard it was typed on. Nothing is trimmed or cut.
 */
export function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

/** What a person would count: code points, not UTF-16 units. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
