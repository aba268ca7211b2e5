import { describe, expect, it } from 'vitest';
import { deviceToken } from '../../../../lambdas/contract/routes/fields.ts';
import {
  type Device,
  hashDeviceSecret,
  isPairSecret,
  newDeviceSecret,
  newPairSecret,
  readDeviceToken,
  withSecret,
  writeDeviceToken,
} from '../../../../lambdas/core/sessions/deviceToken.ts';
import { knownByEarlierToken } from '../../../../lambdas/core/sessions/earlierDeviceToken.ts';
import { earlierDeviceToken } from '../../../support/fakes/memoryDevices.ts';
import { testAccount, testMacKey } from '../../../support/worlds/world.ts';

const now = 1_800_000_000;
const day = 86_400;

describe('the secret of a pair', () => {
  const pair = { sub: 'alice', device: newDeviceSecret() };
  const [key, other] = [testMacKey(), testMacKey()];

  it('is told from any other by whoever has its key', () => {
    const secret = newPairSecret(pair, key);
    expect(isPairSecret(secret, pair, [other, key])).toBe(true);
    expect(isPairSecret(secret, pair, [other])).toBe(false);
    expect(isPairSecret(secret, { ...pair, sub: 'bob' }, [key])).toBe(false);
    expect(isPairSecret(secret, { ...pair, device: newDeviceSecret() }, [key])).toBe(false);
    expect(isPairSecret(newDeviceSecret(), pair, [key])).toBe(false);
    for (let index = 0; index < secret.length; index++) {
      const changed = secret[index] === 'A' ? 'B' : 'A';
      const text = secret.slice(0, index) + changed + secret.slice(index + 1);
      expect(isPairSecret(text, pair, [key]), text).toBe(false);
    }
  });

  it('is another each time, and fits a token', () => {
    const secrets = [newPairSecret(pair, key), newPairSecret(pair, key)];
    expect(new Set(secrets).size).toBe(2);
    const device = { id: pair.device, secrets, earlier: [] };
    expect(readDeviceToken(writeDeviceToken(device))).toEqual(device);
  });
});

describe('a device token', () => {
  const device: Device = { id: newDeviceSecret(), secrets: [newDeviceSecret(), newDeviceSecret()], earlier: [] };

  it('reads as what it was written from', () => {
    expect(readDeviceToken(writeDeviceToken(device))).toEqual(device);
    const mixed = { ...device, earlier: ['v1.kid.sub.id.1.mac'] };
    expect(readDeviceToken(writeDeviceToken(mixed))).toEqual(mixed);
  });

  it('is never longer than a client may send it back', () => {
    const earlier = Array.from({ length: 5 }, (_, index) => `v1.kid.${index}.id.1.${'m'.repeat(120)}`);
    const full = { ...device, secrets: Array.from({ length: 16 }, newDeviceSecret), earlier };
    const text = writeDeviceToken(full);
    expect(deviceToken().safeParse(text).success).toBe(true);
    expect(readDeviceToken(text)).toEqual({ ...full, earlier: earlier.slice(0, 4) });
  });

  it('F34 is read behind those that the release before has put in front of it, after a rollback', () => {
    const [own, ...others] = ['v1.kid.sub.id.1.mac', 'v1.kid.other.id.1.mac'];
    const text = [own, writeDeviceToken(device), ...others].join('~');
    expect(readDeviceToken(text)).toEqual({ ...device, earlier: [own, ...others] });
  });

  it.each([
    undefined,
    '',
    'd2',
    'd2.short',
    `${writeDeviceToken(device)}.`,
    `d1.${'A'.repeat(22)}`,
    '~~~',
    'é'.repeat(9),
  ])('that is none names a new device: %s', (text) => {
    const [one, other] = [readDeviceToken(text), readDeviceToken(text)];
    expect(one).toEqual({ id: expect.stringMatching(/^[\w-]{22}$/), secrets: [], earlier: [] });
    expect(one.id).not.toBe(other.id);
  });

  it('holds the secrets of sixteen accounts, the last one first', () => {
    const secrets = Array.from({ length: 20 }, newDeviceSecret);
    const full = secrets.reduce((one, secret) => withSecret(one, secret, undefined), device);
    expect(full.secrets).toEqual(secrets.toReversed().slice(0, 16));
    const again = withSecret(full, String(secrets[10]), secrets[10]);
    expect(again.secrets[0]).toBe(secrets[10]);
    expect(again.secrets.toSorted()).toEqual(full.secrets.toSorted());
    expect(writeDeviceToken(full).length).toBeLessThan(400);
    expect(readDeviceToken(writeDeviceToken(full))).toEqual(full);
  });

  it('is stored as hashes alone', () => {
    expect(hashDeviceSecret(device.id)).toMatch(/^[\w-]{43}$/);
  });
});

describe('a device token of the release before', () => {
  const account = testAccount({ credentialsChangedAt: now - 100 });
  const key = testMacKey();
  const known = (text: string, change: { nowSeconds?: number; of?: typeof account; kid?: string } = {}) =>
    knownByEarlierToken(readDeviceToken(text), change.of ?? account, {
      nowSeconds: change.nowSeconds ?? now,
      find: (kid) => (kid === (change.kid ?? key.kid) ? key : undefined),
    });
  const token = earlierDeviceToken(account.sub, now, key);

  it('makes its device known to its account, for 180 days', async () => {
    expect(await known(token)).toMatch(/^[\w-]{22}$/);
    expect(await known(`${earlierDeviceToken(testAccount().sub, now, key)}~${token}`)).toBeDefined();
    expect(await known(token, { nowSeconds: now + 180 * day - 1 })).toBeDefined();
    expect(await known(token, { nowSeconds: now + 180 * day })).toBeUndefined();
  });

  it('makes it known to no other, and not beyond a change of credentials', async () => {
    expect(await known(token, { of: testAccount() })).toBeUndefined();
    expect(await known(token, { of: { ...account, credentialsChangedAt: now } })).toBeUndefined();
  });

  it('with any character changed is nobody’s', async () => {
    for (let index = 0; index < token.length; index++) {
      const other = token[index] === 'A' ? 'B' : 'A';
      expect(await known(token.slice(0, index) + other + token.slice(index + 1)), `at ${index}`).toBeUndefined();
    }
    expect(await known(token, { kid: 'gone' })).toBeUndefined();
  });
});
