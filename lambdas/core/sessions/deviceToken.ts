import { createHmac, randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import { equalTexts } from '../common/equalTexts.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { subkey } from '../keys/subkey.ts';

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

const version = 'v1';
const shape =
  /^(?<body>v1\.(?<kid>[\w-]{1,32})\.(?<sub>[0-9a-f-]{36})\.(?<deviceId>[\w-]{22})\.(?<issued>[0-9a-z]{1,10}))\.(?<mac>[\w-]{43})$/;

export function newDeviceId(): string {
  return randomBytes(16).toString('base64url');
}

/** `v1.kid.sub.deviceId.issuedAt.MAC`, the instant in base 36. It says nothing but who may be let past a limit, and opens nothing. */
export function encodeDeviceToken({ sub, deviceId, issuedAt }: Device, key: MacKey): string {
  const body = [version, key.kid, sub, deviceId, issuedAt.toString(36)].join('.');
  return `${body}.${macOf(body, key)}`;
}

/**
 * The device of a token that was made here and has not expired, or undefined: a token that is no good is that of a stranger,
 * and no error. Whether the account knows the device, `knowsDevice` says.
 *
 * @param find the key of a `kid`; may look it up
 */
export async function openDeviceToken(
  token: string,
  options: {
    readonly nowSeconds: number;
    readonly find: (kid: string) => Promise<MacKey | undefined>;
  },
): Promise<Device | undefined> {
  const parts = shape.exec(token)?.groups;
  if (!parts) return undefined;
  const { body = '', kid = '', sub = '', deviceId = '', issued = '', mac = '' } = parts;
  const key = await options.find(kid);
  if (!key || !equalTexts(mac, macOf(body, key))) return undefined;
  const issuedAt = Number.parseInt(issued, 36);
  return options.nowSeconds < issuedAt + deviceTokenTtlSeconds ? { sub, deviceId, issuedAt } : undefined;
}

/**
 * The instant of a token that the account is to know: after the change before it, if that was in the same second.
 *
 * @param takenAt epoch seconds
 */
export function deviceKnownFrom(takenAt: number, account: Pick<Account, 'credentialsChangedAt'>): number {
  return Math.max(takenAt, account.credentialsChangedAt + 1);
}

/** Whether it is a device of this account, and none that a change of password, address or factors has made a stranger of. */
export function knowsDevice(
  account: Pick<Account, 'sub' | 'credentialsChangedAt'> | undefined,
  device: Device | undefined,
): device is Device {
  return device !== undefined && device.sub === account?.sub && device.issuedAt > account.credentialsChangedAt;
}

function macOf(body: string, { key }: MacKey): string {
  return createHmac('sha256', subkey('device-token', key)).update(body).digest('base64url');
}
