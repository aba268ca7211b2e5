import type { Account } from '../accounts/account.ts';
import { type FindMacKey, readMacToken } from '../keys/macToken.ts';
import { type Device, deviceTtlSeconds } from './deviceToken.ts';

const scope = { use: 'device-token' } as const;

/**
 * The id of the device in a token of the release before (`v1.kid.sub.deviceId.issuedAt.MAC`), if one of them is the
 * account's, was made here, has not expired, and was issued after the last change of password, address or factors.
 */
export async function knownByEarlierToken(
  { earlier }: Pick<Device, 'earlier'>,
  account: Pick<Account, 'sub' | 'credentialsChangedAt'>,
  options: { readonly nowSeconds: number; readonly find: FindMacKey },
): Promise<string | undefined> {
  for (const token of earlier.filter((one) => isOf(one, account))) {
    const { fields: [, deviceId] = [], instant = 0 } = (await readMacToken(token, { ...scope, ...options })) ?? {};
    const unexpired = options.nowSeconds < instant + deviceTtlSeconds;
    if (deviceId !== undefined && unexpired && instant > account.credentialsChangedAt) return deviceId;
  }
  return undefined;
}

/** The account's own token of the release before. */
export function earlierTokenOf({ earlier }: Pick<Device, 'earlier'>, account: Pick<Account, 'sub'>) {
  return earlier.find((one) => isOf(one, account));
}

/** The device without the account's tokens of the release before. */
export function withoutEarlierTokens(device: Device, account: Pick<Account, 'sub'>): Device {
  return { ...device, earlier: device.earlier.filter((one) => !isOf(one, account)) };
}

/** Whether a token says that it is the account's. */
function isOf(token: string, { sub }: Pick<Account, 'sub'>): boolean {
  return token.split('.')[2] === sub;
}
