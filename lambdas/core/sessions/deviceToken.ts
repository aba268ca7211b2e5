import { createHash, randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { type FindMacKey, makeMacToken, readMacToken } from '../keys/macToken.ts';

/** A device that an account has been signed in on. */
export interface Device {
  readonly sub: string;
  /** 128 random bits in base64url; the same for as long as the device signs in again in time. */
  readonly deviceId: string;
  /** Epoch seconds of the last sign-in. */
  readonly issuedAt: number;
}

/** For how long after its last sign-in a device is known. */
export const deviceTokenTtlSeconds = 180 * 86_400;

const scope = { use: 'device-token' } as const;

export function newDeviceId(): string {
  return randomBytes(16).toString('base64url');
}

/** What a session remembers of its device. */
export function hashDeviceId(deviceId: string): string {
  return createHash('sha256').update(deviceId).digest('base64url');
}

/** `v1.kid.sub.deviceId.issuedAt.MAC`. It opens nothing: it only names who may be let past a limit. */
export function encodeDeviceToken({ sub, deviceId, issuedAt }: Device, key: MacKey): string {
  return makeMacToken(scope, [sub, deviceId], issuedAt, key);
}

/**
 * The device of a token that was made here and has not expired; of any other text undefined, and no error: whoever
 * brings it is a stranger. `knowsDevice` says whether the account knows the device.
 */
export async function openDeviceToken(
  token: string,
  options: { readonly nowSeconds: number; readonly find: FindMacKey },
): Promise<Device | undefined> {
  const opened = await readMacToken(token, { ...scope, find: options.find });
  const [sub, deviceId] = opened?.fields ?? [];
  if (!opened || !sub || !deviceId) return undefined;
  const { instant: issuedAt } = opened;
  return options.nowSeconds < issuedAt + deviceTokenTtlSeconds ? { sub, deviceId, issuedAt } : undefined;
}

/**
 * Whether the device is the account's, and was issued its token after the last change of password, address or factors.
 */
export function knowsDevice(
  account: Pick<Account, 'sub' | 'credentialsChangedAt'> | undefined,
  device: Device | undefined,
): device is Device {
  return device !== undefined && device.sub === account?.sub && device.issuedAt > account.credentialsChangedAt;
}

const separator = '~';
const mostAccounts = 5;
const tokenShape = /^[\w.-]{1,256}$/;

/** The tokens in a text. A browser holds one for each account that signed in with it, the newest first. */
export function deviceTokensIn(text: string): readonly string[] {
  return text.split(separator, mostAccounts);
}

/** What a browser holds after a sign-in: the new token, and those that it held for other accounts. */
export function withDeviceToken(newest: string, held: string | undefined): string {
  const others = deviceTokensIn(held ?? '').filter((token) => tokenShape.test(token) && subIn(token) !== subIn(newest));
  return [newest, ...others].slice(0, mostAccounts).join(separator);
}

/** Whose a token says it is. */
function subIn(token: string): string | undefined {
  return token.split('.')[2];
}
