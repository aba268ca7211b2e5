import type { Account } from '../../core/accounts/account.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import { type Device, knowsDevice, openDeviceToken } from '../../core/sessions/deviceToken.ts';

/** The device of a token, if the account knows it. */
export async function knownDevice(
  deps: { readonly credentialKeys: { find(kid: string): Promise<MacKey | undefined> }; readonly clock: Clock },
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
