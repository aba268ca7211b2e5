import { describe, expect, it } from 'vitest';
import type { MacKey } from '../../../../lambdas/core/keys/macKeyRing.ts';
import {
  deviceTokenTtlSeconds,
  encodeDeviceToken,
  knowsDevice,
  newDeviceId,
  openDeviceToken,
} from '../../../../lambdas/core/sessions/deviceToken.ts';
import { testAccount, testMacKey } from '../../../support/worlds/world.ts';

const now = 1_800_000_000;
const account = testAccount({ credentialsChangedAt: now - 100 });
const key = testMacKey();
const device = { sub: account.sub, deviceId: newDeviceId(), issuedAt: now };
const token = encodeDeviceToken(device, key);

const open = (text: string, nowSeconds = now, keys: readonly MacKey[] = [key]) =>
  openDeviceToken(text, { nowSeconds, find: async (kid) => keys.find((one) => one.kid === kid) });

describe('a device token', () => {
  it('opens as what it was made from', async () => {
    expect(await open(token)).toEqual(device);
  });

  it('is good for 180 days', async () => {
    expect(await open(token, now + deviceTokenTtlSeconds - 1)).toEqual(device);
    expect(await open(token, now + deviceTokenTtlSeconds)).toBeUndefined();
  });

  it('with any character changed is a stranger’s', async () => {
    for (let index = 0; index < token.length; index++) {
      const other = token[index] === 'A' ? 'B' : 'A';
      expect(await open(token.slice(0, index) + other + token.slice(index + 1)), `at ${index}`).toBeUndefined();
    }
    for (const text of ['', 'v1', `${token}.`, `${token}A`, ` ${token}`, `${token}\n`]) {
      expect(await open(text), JSON.stringify(text)).toBeUndefined();
    }
  });

  it('under another key of the same name is a stranger’s', async () => {
    expect(await open(token, now, [{ ...testMacKey(), kid: key.kid }])).toBeUndefined();
    expect(await open(token, now, [])).toBeUndefined();
  });
});

describe('an account', () => {
  it('knows a device that signed in to it since its credentials changed', () => {
    expect(knowsDevice(account, device)).toBe(true);
    expect(knowsDevice(account, { ...device, issuedAt: account.credentialsChangedAt + 1 })).toBe(true);
    expect(knowsDevice(account, { ...device, issuedAt: account.credentialsChangedAt })).toBe(false);
    expect(knowsDevice(testAccount(), device)).toBe(false);
    expect(knowsDevice(account, undefined)).toBe(false);
    expect(knowsDevice(undefined, device)).toBe(false);
  });
});
