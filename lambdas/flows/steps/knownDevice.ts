import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { type KnownDevice, knownPair } from '../../core/sessions/devicePair.ts';
import { type Device, hashDeviceSecret, isPairSecret } from '../../core/sessions/deviceToken.ts';
import { knownByEarlierToken } from '../../core/sessions/earlierDeviceToken.ts';
import type { AccountOnDevice, HeldAddress } from '../../core/sessions/ports.ts';

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

/**
 * What the device that was brought is, if the account knows it, before the account is read: by a secret or a token that
 * was made here for both. Only `knownDevice` says whether it does.
 */
export async function claimedDevice(
  deps: { readonly credentialKeys: Pick<MacKeys, 'find' | 'all'>; readonly clock: Clock },
  { sub = '', credentialsChangedAt = 0 }: HeldAddress,
  brought: Device,
): Promise<KnownDevice | undefined> {
  if (brought.secrets.length === 0 && brought.earlier.length === 0) return undefined;
  const keys = await deps.credentialKeys.all();
  const secret = brought.secrets.find((one) => isPairSecret(one, { sub, device: brought.id }, keys));
  if (secret !== undefined) return { sub, pairId: hashDeviceSecret(secret) };
  const find = (kid: string) => deps.credentialKeys.find(kid);
  const holder = { sub, credentialsChangedAt };
  const pairId = await knownByEarlierToken(brought, holder, { nowSeconds: epochSeconds(deps.clock), find });
  return pairId === undefined ? undefined : { sub, pairId };
}
