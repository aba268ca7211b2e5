import { isUtf8 } from 'node:buffer';
import { JsonRejected, parseStrictUtf8 } from '../common/strictJson.ts';
import { TokenRejected } from './tokenRejected.ts';

const maxDepth = 8;

/**
 * The JSON of a token's header or payload: strict UTF-8 without a byte order mark, nested at most 8 deep, and with one
 * reading only (RFC 7515 §10.12).
 *
 * @throws TokenRejected `encoding` or `json`.
 */
export function parseTokenJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new TokenRejected('encoding');
  try {
    return parseStrictUtf8(bytes, maxDepth);
  } catch (error) {
    if (!(error instanceof JsonRejected)) throw error;
    throw new TokenRejected(error.fault === 'surrogate' ? 'encoding' : 'json');
  }
}
