import { type Account, afterCredentialsChange } from '../../core/accounts/account.ts';
import { hashDeviceSecret, readDeviceToken } from '../../core/sessions/deviceToken.ts';
import type { DevicePairs } from '../../core/sessions/ports.ts';

export interface KeepDeviceDeps {
  readonly devicePairs: DevicePairs;
}

/** Who has changed credentials: a session, or whoever brings a device token. */
export type ChangedOn = { readonly sid: string } | { readonly deviceToken: string | undefined };

/**
 * Leaves the device on which an owner has just changed the account's credentials a known one; every other is unknown
 * now. It never throws: the change is made, and an unknown device costs its owner no more than a mail.
 *
 * @param account as it was read before the change
 * @param by.knownUnder the `credentialsChangedAt` under which the device was known. @default the account's
 * @param by.nowMs of the change
 */
export async function keepDevice(
  { devicePairs }: KeepDeviceDeps,
  account: Pick<Account, 'sub' | 'credentialsChangedAt'>,
  by: ChangedOn & { readonly knownUnder?: number; readonly nowMs: number },
): Promise<void> {
  const from = by.knownUnder ?? account.credentialsChangedAt;
  const to = afterCredentialsChange(account, Math.floor(by.nowMs / 1000));
  await devicePairs.keep({ ...deviceOf(by), sub: account.sub, from, to }).catch(() => undefined);
}

function deviceOf(by: ChangedOn) {
  if ('sid' in by) return { sid: by.sid };
  const { id, secrets } = readDeviceToken(by.deviceToken);
  return { device: hashDeviceSecret(id), secretHashes: secrets.map(hashDeviceSecret) };
}
