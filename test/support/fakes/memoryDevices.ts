import type { Account } from '../../../lambdas/core/accounts/account.ts';
import type { MacKey } from '../../../lambdas/core/keys/macKeyRing.ts';
import { makeMacToken } from '../../../lambdas/core/keys/macToken.ts';
import type { DevicePair } from '../../../lambdas/core/sessions/devicePair.ts';
import { hashDeviceSecret, newDeviceSecret, writeDeviceToken } from '../../../lambdas/core/sessions/deviceToken.ts';

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
    sid: undefined,
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
  return {
    pairs,
    put,
    find: (sub: string | undefined, device: string) => pairs.get(keyOf(sub, device)),
    /** Makes a device known to an account. */
    known(account: Pick<Account, 'sub' | 'credentialsChangedAt'>, nowSeconds: number) {
      const device = knownDeviceOf(account, nowSeconds);
      put(device.pair);
      return device;
    },
  };
}
