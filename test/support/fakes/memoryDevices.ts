import type { Account } from '../../../lambdas/core/accounts/account.ts';
import type { MacKey } from '../../../lambdas/core/keys/macKeyRing.ts';
import { makeMacToken } from '../../../lambdas/core/keys/macToken.ts';
import type { DevicePair, PairChange } from '../../../lambdas/core/sessions/devicePair.ts';
import {
  devicePlaces,
  hashDeviceSecret,
  newDeviceSecret,
  writeDeviceToken,
} from '../../../lambdas/core/sessions/deviceToken.ts';

/** A device that an account knows: its token, and the pair as it is stored. */
export function knownDeviceOf(account: Pick<Account, 'sub' | 'credentialsChangedAt'>, nowSeconds: number) {
  const [id, secret] = [newDeviceSecret(), newDeviceSecret()];
  const pair: DevicePair = {
    sub: account.sub,
    device: hashDeviceSecret(id),
    secretHash: hashDeviceSecret(secret),
    credentialsChangedAt: account.credentialsChangedAt,
    knownAt: nowSeconds,
    lastUsedAt: nowSeconds,
  };
  return { token: writeDeviceToken({ id, secrets: [secret], earlier: [] }), pair, pairId: pair.secretHash };
}

/** A device token as the release before made it. */
export function earlierDeviceToken(sub: string, issuedAt: number, key: MacKey): string {
  return makeMacToken({ use: 'device-token' }, [sub, newDeviceSecret()], issuedAt, key);
}

/** The pairs of accounts and devices, in memory. */
export function memoryDevices() {
  const pairs = new Map<string, DevicePair>();
  const keyOf = (sub: string | undefined, device: string) => `${sub}#${device}`;
  const put = (pair: DevicePair) => void pairs.set(keyOf(pair.sub, pair.device), pair);
  /** As the store does: only while the pair is as it was read. */
  const change = (pair: PairChange | undefined): true | 'pair_changed' => {
    if (!pair) return true;
    const { before, ...stored } = pair;
    if (pairs.get(keyOf(pair.sub, pair.device))?.secretHash !== before) return 'pair_changed';
    put(stored);
    return true;
  };
  return {
    pairs,
    put,
    change,
    find: (sub: string | undefined, device: string) =>
      devicePlaces(device).flatMap((place) => pairs.get(keyOf(sub, place)) ?? []),
    /** Makes a device known to an account. */
    known(account: Pick<Account, 'sub' | 'credentialsChangedAt'>, nowSeconds: number) {
      const device = knownDeviceOf(account, nowSeconds);
      put(device.pair);
      return device;
    },
  };
}
