import { hmacText } from '../common/digests.ts';
import { equalTexts } from '../common/equalTexts.ts';
import type { MacKey } from './macKeyRing.ts';
import { subkey } from './subkey.ts';

/** What a token is good for. Each use has a key of its own: what is made for one does not open as another. */
export type MacTokenUse = 'mfa-token' | 'device-token' | `mail-token/${string}` | `webauthn-challenge/${string}`;

export interface MacTokenScope {
  readonly use: MacTokenUse;
  /**
   * What the token is bound to, without saying it: whoever opens the token has to name it again. All tokens of a use
   * have one, or none has.
   */
  readonly boundTo?: string;
}

/** The key of a `kid`; may look it up. */
export type FindMacKey = (kid: string) => MacKey | undefined | Promise<MacKey | undefined>;

const version = 'v1';
const maxLength = 1024;
const shape = /^(?<body>v1\.(?<kid>[\w-]{1,64})\.(?<fields>[\w.-]+)\.(?<instant>[0-9a-z]{1,10}))\.(?<mac>[\w-]{43})$/;
const fieldShape = /^[\w-]+$/;

/**
 * `v1.kid.field….instant.MAC`: the instant in base 36, the MAC in base64url. Nothing of it is stored. If it may be used
 * only once, the store that uses it up enforces that.
 *
 * @param fields in the alphabet of base64url
 * @param instant epoch seconds, of its making or its expiry
 * @throws RangeError when a field or the instant does not fit.
 */
export function makeMacToken(scope: MacTokenScope, fields: readonly string[], instant: number, key: MacKey): string {
  if (!fields.every((field) => fieldShape.test(field))) throw new RangeError('a field does not fit a token');
  if (!Number.isSafeInteger(instant)) throw new RangeError('the instant does not fit a token');
  const body = [version, key.kid, ...fields, instant.toString(36)].join('.');
  return `${body}.${macOf(scope, body, key)}`;
}

/** What a token says that was made here, in this scope, whatever its age; undefined for any other text. */
export async function readMacToken(
  token: string,
  options: MacTokenScope & { readonly find: FindMacKey },
): Promise<{ readonly fields: readonly string[]; readonly instant: number; readonly key: MacKey } | undefined> {
  const parts = token.length > maxLength ? undefined : shape.exec(token)?.groups;
  if (!parts) return undefined;
  const { body = '', kid = '', fields = '', instant: digits = '', mac = '' } = parts;
  const key = await options.find(kid);
  // Compared as text, so that there is one spelling only.
  if (!key || !equalTexts(mac, macOf(options, body, key))) return undefined;
  const instant = Number.parseInt(digits, 36);
  return Number.isSafeInteger(instant) ? { fields: fields.split('.'), instant, key } : undefined;
}

export interface OpenMacTokenOptions extends MacTokenScope {
  readonly nowSeconds: number;
  readonly find: FindMacKey;
}

/** The fields of a token that was made here, in this scope, and has not expired; undefined for any other text. */
export async function openMacToken(
  token: string,
  options: OpenMacTokenOptions,
): Promise<{ readonly fields: readonly string[]; readonly expiresAt: number } | undefined> {
  const read = await readMacToken(token, options);
  return read && options.nowSeconds < read.instant ? { fields: read.fields, expiresAt: read.instant } : undefined;
}

/** A JSON array of strings has one reading only, so that no two bindings and bodies share a MAC. */
function macOf({ use, boundTo }: MacTokenScope, body: string, { key }: MacKey): string {
  return hmacText(subkey(use, key), boundTo === undefined ? body : JSON.stringify([boundTo, body]));
}
