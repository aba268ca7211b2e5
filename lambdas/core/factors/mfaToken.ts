import { randomBytes } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { type FindMacKey, makeMacToken, openMacToken } from '../keys/macToken.ts';
import type { KnownDevice } from '../sessions/devicePair.ts';

/** How long after the password the second factor may come. */
const mfaTokenTtlSeconds = 300;

/** Attempts for one token. After them the sign-in starts with the password again. */
export const maxMfaAttempts = 5;

/** Proof of a right password, until the second factor comes. */
export interface MfaToken {
  /** 128 random bits, base64url. The store remembers by it that the token was used. */
  readonly id: string;
  readonly sub: string;
  /**
   * The account's session epoch at that time. A sign-out everywhere or a change of credentials since then ends the
   * token.
   */
  readonly epoch: number;
  readonly credentialsChangedAt: number;
  /** Of the known device that the password came from; undefined for any other. */
  readonly pairId: string | undefined;
  /** The device token that came with the password, of a client that is no browser: a browser has its cookie still. */
  readonly deviceToken: string | undefined;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** Shorter than any id. */
const unknownDevice = '-';

/** Between the device's tokens. No token that we make has such a field. */
const nextToken = '.-.';

const scope = { use: 'mfa-token', boundTo: '' } as const;

/** Says that somebody knew the account's password just now. It signs nobody in by itself. */
export function makeMfaToken(proven: {
  readonly account: Account;
  readonly device: Pick<KnownDevice, 'pairId'> | undefined;
  readonly deviceToken: string | undefined;
  readonly nowSeconds: number;
  readonly key: MacKey;
}): string {
  const { account, device, deviceToken } = proven;
  const fields = [
    randomBytes(16).toString('base64url'),
    account.sub,
    String(account.sessionEpoch),
    String(account.credentialsChangedAt),
    device?.pairId ?? unknownDevice,
    ...(deviceToken?.replaceAll('~', nextToken).split('.') ?? []),
  ];
  return makeMacToken(scope, fields, proven.nowSeconds + mfaTokenTtlSeconds, proven.key);
}

/** What a token says, if it was made here and has not expired. Whether it was used is for the store to check. */
export async function openMfaToken(
  token: string,
  options: {
    readonly nowSeconds: number;
    readonly find: FindMacKey;
  },
): Promise<MfaToken | undefined> {
  const opened = await openMacToken(token, { ...scope, ...options });
  const [id, sub, epoch, credentialsChangedAt, pairId, ...device] = opened?.fields ?? [];
  if (!opened || !id || !sub) return undefined;
  return {
    id,
    sub,
    epoch: Number(epoch),
    credentialsChangedAt: Number(credentialsChangedAt),
    pairId: pairId === unknownDevice ? undefined : pairId,
    deviceToken: device.length === 0 ? undefined : device.join('.').replaceAll(nextToken, '~'),
    expiresAt: opened.expiresAt,
  };
}

/** Whether the account has not changed since its password was proven. */
export function mfaTokenHolds(token: MfaToken, account: Account): boolean {
  return (
    account.status === 'active' &&
    account.sub === token.sub &&
    account.sessionEpoch === token.epoch &&
    account.credentialsChangedAt === token.credentialsChangedAt
  );
}
