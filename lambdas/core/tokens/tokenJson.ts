import { JsonRejected, parseStrictJson } from '../common/strictJson.ts';
import { TokenRejected } from './tokenRejected.ts';

const maxDepth = 8;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The JSON of a token's header or payload: strict UTF-8 without a byte order mark, nested at most 8 deep, and with one
 * reading only (RFC 7515 §10.12).
 *
 * @throws TokenRejected `encoding` or `json`.
 */
export function parseTokenJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  try {
    return parseStrictJson(text, maxDepth);
  } catch (error) {
    if (!(error instanceof JsonRejected)) throw error;
    throw new TokenRejected(error.fault === 'surrogate' ? 'encoding' : 'json');
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new TokenRejected('encoding');
  }
}
