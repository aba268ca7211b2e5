import type { Account } from '../accounts/account.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import {
  type Device,
  devicePlaces,
  deviceTtlSeconds,
  hashDeviceSecret,
  newDeviceSecret,
  newPairSecret,
  withSecret,
} from './deviceToken.ts';
import { withoutEarlierTokens } from './earlierDeviceToken.ts';
import type { Session } from './session.ts';

/** What an account knows of a device that it was signed in on. */
export interface DevicePair {
  readonly sub: string;
  /** One of the two places of the device's id. */
  readonly device: string;
  /** SHA-256 of the secret that the account gave the device. */
  readonly secretHash: string;
  /** The account's, when the pair became known: another password, address or factor makes it unknown. */
  readonly credentialsChangedAt: number;
  /** Epoch seconds. */
  readonly knownAt: number;
  readonly lastUsedAt: number;
}

/** A pair as it is to be stored, in place of that which was read. */
export interface PairChange extends DevicePair {
  /** The `secretHash` of the pair that was read; undefined where there was none. */
  readonly before?: string | undefined;
}

/**
 * Whether a session was started: not, with nothing written, when a condition does not hold. `pair_changed` where no
 * other fails than that the pair is as it was read: another sign-in on the device came first.
 */
export type StartOutcome = boolean | 'pair_changed';

/** An account on a device that it knows: what counts are kept for. */
export interface KnownDevice {
  readonly sub: string;
  /** Of the pair, not of the device: two accounts on one device share no count. */
  readonly pairId: string;
  /** Epoch seconds since when; undefined for one that is known by a token of the release before. */
  readonly knownAt?: number | undefined;
}

/** A device that somebody signs in on. */
export interface SignInDevice {
  readonly brought: Device;
  /** What the account knows of the brought id, at each of its places. */
  readonly pairs: readonly DevicePair[];
  /** Undefined for a device that goes the way of unknown ones. */
  readonly known: KnownDevice | undefined;
}

/** The secret by which a brought device proves to be the one of a pair. */
function provingSecret({ secrets }: Device, pair: DevicePair): string | undefined {
  return secrets.find((secret) => hashDeviceSecret(secret) === pair.secretHash);
}

function isCurrent(pair: DevicePair, account: Account, nowSeconds: number): boolean {
  return pair.credentialsChangedAt === account.credentialsChangedAt && nowSeconds < pair.lastUsedAt + deviceTtlSeconds;
}

/** The pair as a known one, if the account knows one now and the device has its secret. */
export function knownPair(
  { brought, pairs }: Omit<SignInDevice, 'known'>,
  account: Account,
  nowSeconds: number,
): KnownDevice | undefined {
  const known = pairs.find(
    (pair) => isCurrent(pair, account, nowSeconds) && provingSecret(brought, pair) !== undefined,
  );
  return known && { sub: known.sub, pairId: known.secretHash, knownAt: known.knownAt };
}

/** The known device that a session began on, if the account knows it still. */
export function deviceOfSession(
  { device }: Pick<Session, 'device'>,
  { account, pairs }: { readonly account: Account; readonly pairs: readonly DevicePair[] },
  nowSeconds: number,
): KnownDevice | undefined {
  const known = pairs.find((pair) => pair.device === device?.hash && isCurrent(pair, account, nowSeconds));
  return known && { sub: known.sub, pairId: known.secretHash, knownAt: known.knownAt };
}

/**
 * Within this time after it was stored, a pair keeps its `lastUsedAt`, and a browser its cookie: a late answer takes no
 * secret away that another account gave the browser meanwhile.
 */
const recentSeconds = 86_400;

/**
 * The device as it is after a sign-in, and the pair as it is stored then. A known one keeps its secret, so that several
 * programs may share a token; any other gets a new one. It goes to the id's first place, or to the second where the
 * account knows another secret at the first: the holder of that stays known, and a browser that lost it to a late
 * answer keeps its id and what other accounts gave it. A token whose count is used up gets an id of its own.
 */
export function afterSignIn(
  { brought, pairs, known }: SignInDevice,
  signedIn: {
    readonly account: Account;
    /** Epoch seconds. */
    readonly now: number;
    /** The current one of the credential keys, for a new secret. */
    readonly key: MacKey;
  },
): { readonly device: Device; readonly pair: PairChange /** Whether the client has it so. */; readonly held: boolean } {
  const { account, now, key } = signedIn;
  const current = pairs.filter((pair) => isCurrent(pair, account, now));
  const kept = current.find((pair) => pair.secretHash === known?.pairId);
  const usedUp = !kept && current.some((pair) => provingSecret(brought, pair) !== undefined);
  const base = withoutEarlierTokens(usedUp ? { ...brought, id: newDeviceSecret(), secrets: [] } : brought, account);
  const [first, second] = devicePlaces(hashDeviceSecret(base.id));
  const device = kept?.device ?? (current.some((pair) => pair.device === first) ? second : first);
  const before = pairs.find((pair) => pair.device === device);
  const proving = before && provingSecret(base, before);
  const secret = (kept && proving) ?? newPairSecret({ sub: account.sub, device: base.id }, key);
  const recent = kept && now < kept.lastUsedAt + recentSeconds ? kept : undefined;
  return {
    device: withSecret(base, secret, proving),
    pair: {
      sub: account.sub,
      device,
      secretHash: hashDeviceSecret(secret),
      credentialsChangedAt: account.credentialsChangedAt,
      knownAt: kept?.knownAt ?? now,
      lastUsedAt: recent?.lastUsedAt ?? now,
      before: before?.secretHash,
    },
    held: recent !== undefined && base.earlier.length === brought.earlier.length,
  };
}
