import type { Account } from '../../core/accounts/account.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { type Device, knowsDevice, openDeviceToken } from '../../core/sessions/deviceToken.ts';

/** The device of a token, if the account knows it. */
export async function knownDevice(
  deps: { readonly credentialKeys: Pick<MacKeys, 'find'>; readonly clock: Clock },
  account: Account | undefined,
  token: string | undefined,
): Promise<Device | undefined> {
  if (token === undefined) return undefined;
  const device = await openDeviceToken(token, {
    nowSeconds: epochSeconds(deps.clock),
    find: (kid) => deps.credentialKeys.find(kid),
  });
  return knowsDevice(account, device) ? device : undefined;
}
