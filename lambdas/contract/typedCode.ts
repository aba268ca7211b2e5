/**
 * A code as it counts, whichever way people type or paste it: letters and digits in their plain form (NFKC: full-width
 * ones, too), in small letters, without spaces, dashes and whatever else stands between them.
 */
export function typedCode(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^0-9a-z]/g, '');
}
