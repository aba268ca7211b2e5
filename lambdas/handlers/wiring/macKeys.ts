import { systemClock as clock } from '../../core/common/clock.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { createMacKeys } from '../../stores/keys/macKeys.ts';

/** Opens the MAC keys of a Lambda's secrets, read again after the deployment's cache time. */
export function macKeysOf({ keyCacheSeconds: cacheSeconds }: { readonly keyCacheSeconds: number }) {
  return (secretId: string): MacKeys => createMacKeys({ secretId, cacheSeconds, clock });
}
