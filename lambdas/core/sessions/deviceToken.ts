import { createHash, createHmac, randomBytes } from 'node:crypto';
import { longestDeviceToken } from '../../contract/routes/fields.ts';
import { equalTexts } from '../common/equalTexts.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { subkey } from '../keys/subkey.ts';

/**
 * A browser, or another client that keeps a token: one id, whoever signs in on it. The id alone makes it known to
 * nobody: each account that knows it gave it a secret at a sign-in, so that whoever planted the id does not have that.
 */
export interface Device {
  /** 128 random bits in base64url. */
  readonly id: string;
  /** 16 bytes each, in base64url; the one that was used last comes first. */
  readonly secrets: readonly string[];
  /** Tokens of the release before, each of one account, until that account signs in again. */
  readonly earlier: readonly string[];
}

/** For how long after its last sign-in an account knows a device. */
export const deviceTtlSeconds = 180 * 86_400;

/** To how many accounts one device is known. A token with all of them is 400 characters long. */
const mostSecrets = 16;
const mostEarlier = 5;

const version = 'd2';
const separator = '~';
const shape = /^d2\.(?<id>[\w-]{22})(?<secrets>(\.[\w-]{22}){0,16})$/;
const earlierShape = /^(?=.{1,256}$)v1(\.[\w-]+){5}$/;

/** A new id. */
export function newDeviceSecret(): string {
  return randomBytes(16).toString('base64url');
}

/** Whose a secret is: of one account, for one device. */
interface Pair {
  readonly sub: string;
  /** The id, as it stands in the token. */
  readonly device: string;
}

const nonceBytes = 8;

/**
 * A new secret: 64 random bits, and 64 of a MAC over them and the pair. The MAC makes nobody known. It tells without a
 * read which secret of a token an account once gave: so a request that brings one can be counted while it is read.
 */
export function newPairSecret(pair: Pair, key: MacKey): string {
  const nonce = randomBytes(nonceBytes);
  return Buffer.concat([nonce, macOf(nonce, pair, key)]).toString('base64url');
}

/**
 * Whether a secret was made here for this pair, under one of the keys. Those of earlier builds are random and are not.
 */
export function isPairSecret(secret: string, pair: Pair, keys: readonly MacKey[]): boolean {
  const nonce = Buffer.from(secret, 'base64url').subarray(0, nonceBytes);
  return keys.some((key) => equalTexts(secret, Buffer.concat([nonce, macOf(nonce, pair, key)]).toString('base64url')));
}

/** A JSON array of strings has one reading only, so that no two pairs share a MAC. */
function macOf(nonce: Buffer, { sub, device }: Pair, { key }: MacKey): Buffer {
  const made = JSON.stringify([sub, device, nonce.toString('base64url')]);
  return createHmac('sha256', subkey('device-secret', key)).update(made).digest().subarray(0, 8);
}

/** What is stored of an id or of a secret. */
export function hashDeviceSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Where an account keeps what it knows of a device: two secrets at most. @param device the hash of its id */
export function devicePlaces(device: string): readonly [string, string] {
  return [device, hashDeviceSecret(`${device}.2`)];
}

/**
 * The device of a token. Any other text is no error: it names a new device, so that what follows costs the same.
 *
 * @param text `d2.id.secret.secret…` and tokens of the release before, either or both, with `~` in between. That
 * release puts its own to the front, so after a rollback ours stands behind them.
 */
export function readDeviceToken(text: string | undefined): Device {
  const parts = (text ?? '').split(separator, mostEarlier + 1);
  const groups = parts.map((part) => shape.exec(part)?.groups).find((found) => found !== undefined);
  const secrets = groups?.['secrets']?.split('.').slice(1) ?? [];
  const earlier = parts.filter((part) => earlierShape.test(part)).slice(0, mostEarlier);
  return { id: groups?.['id'] ?? newDeviceSecret(), secrets, earlier };
}

/**
 * The device's token. A token of the release before for which routes have no room is left out: its account takes the
 * device for a new one.
 */
export function writeDeviceToken({ id, secrets, earlier }: Device): string {
  let token = [version, id, ...secrets].join('.');
  for (const one of earlier) {
    const longer = token + separator + one;
    if (longer.length <= longestDeviceToken) token = longer;
  }
  return token;
}

/** The device with the secret of an account at the head, in place of the one that the account gave it before. */
export function withSecret(device: Device, secret: string, replaced: string | undefined): Device {
  const others = device.secrets.filter((one) => one !== secret && one !== replaced);
  return { ...device, secrets: [secret, ...others].slice(0, mostSecrets) };
}
