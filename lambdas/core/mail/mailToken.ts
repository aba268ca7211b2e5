import { createHash, createHmac } from 'node:crypto';
import { equalTexts } from '../common/equalTexts.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { subkey } from '../keys/subkey.ts';

/** What a mailed token is good for. A token of one purpose does not open as another: each has a key of its own. */
export type MailTokenPurpose = 'verify-email' | 'reset' | 'confirm-email';

/** How long a mailed token is good for. */
export const mailTokenTtlSeconds = 600;

/** Everything a mailed token says. Together with the key it makes the token, so a mail can be sent again. */
export interface MailTokenClaims {
  /** Normalised address. */
  readonly email: string;
  /** The account it acts on, a UUID, where the address does not tell: it is not the account's yet. */
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

const version = 'v1';
/** `v1.kid.email.nonce.expiry.MAC`, with `sub.` before the nonce where there is one: address in base64url, expiry in base 36, MAC in base64url. */
const shape =
  /^(?<body>v1\.(?<kid>[\w-]{1,64})\.(?<email>[\w-]{4,344})\.(?:(?<sub>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.)?(?<nonce>[\w-]{22,64})\.(?<expiry>[0-9a-z]{1,10}))\.(?<mac>[\w-]{43})$/;

/**
 * The token that is mailed: URL-safe, and the same each time it is made from the same claims under the same key.
 *
 * @throws RangeError when the claims do not fit the format.
 */
export function deriveMailToken(purpose: MailTokenPurpose, claims: MailTokenClaims, key: MacKey): string {
  const email = Buffer.from(claims.email, 'utf8').toString('base64url');
  const subject = claims.sub === undefined ? [] : [claims.sub];
  const body = [version, key.kid, email, ...subject, claims.nonce, claims.expiresAt.toString(36)].join('.');
  const token = `${body}.${macOf(purpose, body, key)}`;
  if (!shape.test(token)) throw new RangeError('claims do not fit a mailed token');
  return token;
}

/**
 * The claims of a token that was made here for this purpose and has not expired, or undefined. Says nothing about
 * whether the token was used, or replaced by a newer one: that is the store's to decide, in the transaction that uses it.
 *
 * @param find the key of a `kid`; may look it up
 */
export async function openMailToken(
  token: string,
  options: {
    readonly purpose: MailTokenPurpose;
    readonly nowSeconds: number;
    readonly find: (kid: string) => MacKey | undefined | Promise<MacKey | undefined>;
  },
): Promise<OpenedMailToken | undefined> {
  const parts = shape.exec(token)?.groups;
  if (!parts) return undefined;
  const { body = '', kid = '', email = '', sub, nonce = '', expiry = '', mac = '' } = parts;
  const key = await options.find(kid);
  if (!key || !equalTexts(mac, macOf(options.purpose, body, key))) return undefined;
  const expiresAt = Number.parseInt(expiry, 36);
  if (!Number.isSafeInteger(expiresAt) || expiresAt <= options.nowSeconds) return undefined;
  return {
    email: Buffer.from(email, 'base64url').toString('utf8'),
    ...(sub !== undefined && { sub }),
    nonce,
    expiresAt,
    key,
  };
}

/** What is kept of a mailed token: its SHA-256, base64url. */
export function hashMailToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/**
 * The name of the pending registration of an address, which cannot be turned back into the address without the key.
 * It hangs on the key: find a token's registration with the key that the opened token carries, not with the current one.
 *
 * @param email normalised address
 */
export function pendingId(email: string, key: MacKey): string {
  return createHmac('sha256', subkey('pending-registration', key.key)).update(email).digest('base64url');
}

/** Over the text as sent, so that there is one token to a set of claims: no second spelling in base64url. */
function macOf(purpose: MailTokenPurpose, body: string, key: MacKey): string {
  return createHmac('sha256', subkey(`mail-token/${purpose}`, key.key))
    .update(body)
    .digest('base64url');
}
