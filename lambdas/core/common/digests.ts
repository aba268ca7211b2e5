import { createHash, createHmac, type KeyObject } from 'node:crypto';

/** SHA-256 of a text, base64url. */
export function sha256Text(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** HMAC-SHA256 of a text, base64url. */
export function hmacText(key: KeyObject | Buffer | string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
