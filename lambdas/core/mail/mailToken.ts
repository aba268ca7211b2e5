import { hmacText, sha256Text } from '../common/digests.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { type FindMacKey, makeMacToken, readMacToken } from '../keys/macToken.ts';
import { subkey } from '../keys/subkey.ts';

/** What a mailed token is good for. A token of one purpose does not open as another: each has a key of its own. */
export type MailTokenPurpose = 'verify-email' | 'reset' | 'confirm-email' | 'undo-email';

/** How long a mailed token is good for, unless it undoes a change of address. */
export const mailTokenTtlSeconds = 600;

/** Everything a mailed token says. Together with the key it makes the token, so a mail can be sent again. */
export interface MailTokenClaims {
  /** Normalised address. */
  readonly email: string;
  /** The `sub` of the account it acts on, where the address is not the account's yet. */
  readonly sub?: string | undefined;
  /** 128 random bits or more, base64url. */
  readonly nonce: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

export interface OpenedMailToken extends MailTokenClaims {
  /** The key it was made under, which is also the key of its `pendingId`. */
  readonly key: MacKey;
}

/** The address in base64url, the `sub` where there is one, the nonce. */
const fieldsShape =
  /^(?<email>[\w-]{4,344})\.(?:(?<sub>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.)?(?<nonce>[\w-]{22,64})$/;

/**
 * The token that is mailed, `v1.kid.email.[sub.]nonce.expiry.MAC`: URL-safe, and the same each time it is made from the
 * same claims under the same key.
 *
 * @throws RangeError when the claims do not fit the format.
 */
export function deriveMailToken(purpose: MailTokenPurpose, claims: MailTokenClaims, key: MacKey): string {
  const email = Buffer.from(claims.email, 'utf8').toString('base64url');
  const fields = [email, ...(claims.sub === undefined ? [] : [claims.sub]), claims.nonce];
  if (!fieldsShape.test(fields.join('.'))) throw new RangeError('claims do not fit a mailed token');
  return makeMacToken({ use: `mail-token/${purpose}` }, fields, claims.expiresAt, key);
}

/**
 * The claims of a token that was made here for this purpose and has not expired, or undefined. Whether the token was
 * used, or replaced by a newer one, is for the store to decide, in the transaction that uses it.
 */
export async function openMailToken(
  token: string,
  options: { readonly purpose: MailTokenPurpose; readonly nowSeconds: number; readonly find: FindMacKey },
): Promise<OpenedMailToken | undefined> {
  const opened = await readMacToken(token, { use: `mail-token/${options.purpose}`, find: options.find });
  const { email, sub, nonce } = fieldsShape.exec(opened?.fields.join('.') ?? '')?.groups ?? {};
  if (!opened || !email || !nonce || opened.instant <= options.nowSeconds) return undefined;
  return {
    email: Buffer.from(email, 'base64url').toString('utf8'),
    ...(sub !== undefined && { sub }),
    nonce,
    expiresAt: opened.instant,
    key: opened.key,
  };
}

/** What is kept of a mailed token: its SHA-256, base64url. */
export function hashMailToken(token: string): string {
  return sha256Text(token);
}

/**
 * The name of the pending registration of an address, which cannot be turned back into the address without the key. It
 * depends on the key: find the registration of a token by the key of the opened token, not by the current one.
 *
 * @param email normalised address
 */
export function pendingId(email: string, key: MacKey): string {
  return hmacText(subkey('pending-registration', key.key), email);
}
