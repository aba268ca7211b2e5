import { describe, expect, it } from 'vitest';
import { memoryDevices } from '../../../support/fakes/memoryDevices.ts';
import { attempt, findingByEmail, right, setUp } from '../../../support/worlds/signInWorld.ts';
import { testAccount } from '../../../support/worlds/world.ts';

const hour = 3_600_000;

/** A stranger with the password, who signs in on as many unknown devices as the hour allows, for two hours. */
async function flooded() {
  const account = testAccount();
  const world = setUp(account);
  const { deps, clock, devices } = world;
  const owner = devices.known(account, Math.floor(clock() / 1000));
  const tokens = [];
  for (let n = 0; n < 100; n++) {
    if (n % 50 === 0) clock.advance(2 * hour);
    tokens.push((await attempt(deps, account.email, right)).deviceToken);
  }
  return { ...world, account, owner, tokens };
}

describe('a hundred sign-ins on unknown devices', () => {
  it('make thirty known', async () => {
    const { devices, tokens } = await flooded();
    expect(devices.pairs.size).toBe(1 + 30);
    expect(tokens.filter((token) => token !== undefined)).toHaveLength(30);
  });

  it('are each told to the owner', async () => {
    const { notices } = await flooded();
    expect(notices.filter((notice) => notice?.template === 'new-device')).toHaveLength(100);
  });

  it('leave the device known that was known before', async () => {
    const { deps, account, owner, notices } = await flooded();
    const { deviceToken } = await attempt(deps, account.email, right, { deviceToken: owner.token });
    expect(deviceToken).toBe(owner.token);
    expect(notices.at(-1)).toBeUndefined();
  });

  it('leave room for a device with a new password', async () => {
    const { deps, account } = await flooded();
    const now = Math.floor(deps.clock() / 1000);
    const changed = { ...account, credentialsChangedAt: now };
    const accountsOnDevices = findingByEmail([changed], memoryDevices());
    const { deviceToken } = await attempt({ ...deps, accountsOnDevices }, account.email, right);
    expect(deviceToken).toBeDefined();
  });
});
