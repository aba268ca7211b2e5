/**
 * Parses the JSON of a secret. The parser's own message would quote the text around the fault, which may be a key.
 *
 * @throws Error that quotes nothing of the text.
 */
export function parseSecretJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('the secret is not JSON');
  }
}
