import type { Account } from '../accounts/account.ts';
import type { Delivery } from './delivery.ts';
import { type Device, deviceTtlSeconds, hashDeviceSecret, newDeviceSecret, withSecret } from './deviceToken.ts';
import { withoutEarlierTokens } from './earlierDeviceToken.ts';

/** What an account knows of a device that it was signed in on. */
export interface DevicePair {
  readonly sub: string;
  /** SHA-256 of the device's id. */
  readonly device: string;
  /** SHA-256 of the secret that the account gave the device. */
  readonly secretHash: string;
  /** The account's, when the pair became known: another password, address or factor makes it unknown. */
  readonly credentialsChangedAt: number;
  /** Epoch seconds. */
  readonly knownAt: number;
  readonly lastUsedAt: number;
  /** The session that a browser has; undefined for other clients. */
  readonly sid: string | undefined;
}

/** An account on a device that it knows: what counts are kept for. */
export interface KnownDevice {
  readonly sub: string;
  /** Of the pair, not of the device: two accounts on one device share no count. */
  readonly pairId: string;
}

/** A device that somebody signs in on. */
export interface SignInDevice {
  readonly brought: Device;
  /** What the account knows of the brought id. */
  readonly pair: DevicePair | undefined;
  /** Undefined for a device that goes the way of unknown ones. */
  readonly known: KnownDevice | undefined;
}

/** The secret by which a brought device proves to be the one of the pair. */
function provingSecret({ secrets }: Device, pair: DevicePair | undefined): string | undefined {
  return secrets.find((secret) => hashDeviceSecret(secret) === pair?.secretHash);
}

function isCurrent(pair: DevicePair, account: Account, nowSeconds: number): boolean {
  return pair.credentialsChangedAt === account.credentialsChangedAt && nowSeconds < pair.lastUsedAt + deviceTtlSeconds;
}

/** The pair as a known one, if the account knows it now and the device has its secret. */
export function knownPair(
  { brought, pair }: Omit<SignInDevice, 'known'>,
  account: Account,
  nowSeconds: number,
): KnownDevice | undefined {
  if (!pair || !isCurrent(pair, account, nowSeconds) || provingSecret(brought, pair) === undefined) return undefined;
  return { sub: pair.sub, pairId: pair.secretHash };
}

/**
 * The device as it is after a sign-in, and the pair as it is stored then. A known one keeps its secret, so that several
 * programs may share a token; any other gets a new one. An id that the account knows already is never given another
 * secret: whoever signs in with a copy of it, or with a token that is used up, gets an id of their own, and the device
 * stays known.
 */
export function afterSignIn(
  { brought, pair, known }: SignInDevice,
  signedIn: {
    readonly account: Account;
    readonly sid: string;
    readonly delivery: Delivery;
    /** Epoch seconds. */
    readonly now: number;
  },
): { readonly device: Device; readonly pair: DevicePair } {
  const { account, sid, delivery, now } = signedIn;
  const kept = pair !== undefined && known?.pairId === pair.secretHash ? pair : undefined;
  const taken = pair !== undefined && !kept && isCurrent(pair, account, now);
  const base = withoutEarlierTokens(taken ? { ...brought, id: newDeviceSecret(), secrets: [] } : brought, account);
  const proving = provingSecret(base, pair);
  const secret = (kept && proving) ?? newDeviceSecret();
  return {
    device: withSecret(base, secret, proving),
    pair: {
      sub: account.sub,
      device: hashDeviceSecret(base.id),
      secretHash: hashDeviceSecret(secret),
      credentialsChangedAt: account.credentialsChangedAt,
      knownAt: kept?.knownAt ?? now,
      lastUsedAt: now,
      sid: delivery === 'cookie' ? sid : undefined,
    },
  };
}
