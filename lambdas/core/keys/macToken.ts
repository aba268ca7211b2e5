import { createHmac, timingSafeEqual } from 'node:crypto';
import type { MacKey } from './macKeyRing.ts';
import { subkey } from './subkey.ts';

/** What a token is good for. Each use has a key of its own: what is made for one does not open as another. */
export type MacTokenUse = 'mfa-token' | `webauthn-challenge/${string}`;

interface MacTokenScope {
  readonly use: MacTokenUse;
  /** What the token is bound to and does not say; it has to be named again to open it. Empty for none. */
  readonly boundTo: string;
}

const version = 'v1';
const maxLength = 1024;
const shape = /^(?<body>v1\.(?<kid>[\w-]{1,32})\.(?<fields>[\w.-]+)\.(?<expiry>[0-9a-z]{1,10}))\.(?<mac>[\w-]{43})$/;
const fieldShape = /^[\w-]+$/;

/**
 * `v1.kid.field….expiry.MAC`: the expiry in base 36, the MAC in base64url. Nothing is stored of it; that it is used once
 * is for the store to see to that uses it.
 *
 * @param fields in the alphabet of base64url
 * @param expiresAt epoch seconds
 * @throws RangeError when a field does not fit.
 */
export function makeMacToken(scope: MacTokenScope, fields: readonly string[], expiresAt: number, key: MacKey): string {
  if (!fields.every((field) => fieldShape.test(field))) throw new RangeError('a field does not fit a token');
  const body = [version, key.kid, ...fields, expiresAt.toString(36)].join('.');
  return `${body}.${macOf(scope, body, key).toString('base64url')}`;
}

/** The fields of a token that was made here, in this scope, and has not expired; undefined of any other text. */
export async function openMacToken(
  token: string,
  options: MacTokenScope & {
    readonly nowSeconds: number;
    readonly find: (kid: string) => MacKey | undefined | Promise<MacKey | undefined>;
  },
): Promise<{ readonly fields: readonly string[]; readonly expiresAt: number } | undefined> {
  const parts = token.length > maxLength ? undefined : shape.exec(token)?.groups;
  if (!parts) return undefined;
  const { body = '', kid = '', fields = '', expiry = '', mac = '' } = parts;
  const key = await options.find(kid);
  if (!key) return undefined;
  const expected = macOf(options, body, key).toString('base64url');
  // Compared as text, so that there is one spelling only.
  if (!timingSafeEqual(Buffer.from(mac), Buffer.from(expected))) return undefined;
  const expiresAt = Number.parseInt(expiry, 36);
  if (!Number.isSafeInteger(expiresAt) || expiresAt <= options.nowSeconds) return undefined;
  return { fields: fields.split('.'), expiresAt };
}

/** A JSON array of strings has one reading only, so that no two scopes or bodies share a MAC. */
function macOf({ use, boundTo }: MacTokenScope, body: string, { key }: MacKey): Buffer {
  return createHmac('sha256', subkey(use, key))
    .update(JSON.stringify([boundTo, body]))
    .digest();
}
