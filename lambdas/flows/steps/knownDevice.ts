import type { Account } from '../../core/accounts/account.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { type Device, deviceTokensIn, knowsDevice, openDeviceToken } from '../../core/sessions/deviceToken.ts';

/** The device of a token, or of one of a browser's several, if the account knows it. */
export async function knownDevice(
  deps: { readonly credentialKeys: Pick<MacKeys, 'find'>; readonly clock: Clock },
  account: Account | undefined,
  tokens: string | undefined,
): Promise<Device | undefined> {
  if (tokens === undefined) return undefined;
  const nowSeconds = epochSeconds(deps.clock);
  const find = (kid: string) => deps.credentialKeys.find(kid);
  const devices = await Promise.all(
    deviceTokensIn(tokens).map((token) => openDeviceToken(token, { nowSeconds, find })),
  );
  return devices.find((device) => knowsDevice(account, device));
}
