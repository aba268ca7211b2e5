import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { type KnownDevice, knownPair } from '../../core/sessions/devicePair.ts';
import type { Device } from '../../core/sessions/deviceToken.ts';
import { knownByEarlierToken } from '../../core/sessions/earlierDeviceToken.ts';
import type { AccountOnDevice } from '../../core/sessions/ports.ts';

/** The device that was brought, if the account knows it: by its pair, or by a token of the release before. */
export async function knownDevice(
  deps: { readonly credentialKeys: Pick<MacKeys, 'find'>; readonly clock: Clock },
  { account, pairs }: AccountOnDevice,
  brought: Device,
): Promise<KnownDevice | undefined> {
  if (!account) return undefined;
  const nowSeconds = epochSeconds(deps.clock);
  const known = knownPair({ brought, pairs }, account, nowSeconds);
  if (known) return known;
  const find = (kid: string) => deps.credentialKeys.find(kid);
  const pairId = await knownByEarlierToken(brought, account, { nowSeconds, find });
  return pairId === undefined ? undefined : { sub: account.sub, pairId };
}
