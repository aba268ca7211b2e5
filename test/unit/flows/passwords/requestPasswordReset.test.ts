import { expect, it } from 'vitest';
import { requestPasswordReset } from '../../../../lambdas/flows/passwords/requestPasswordReset.ts';
import { memoryDevices } from '../../../support/fakes/memoryDevices.ts';
import { memoryLimits } from '../../../support/fakes/memoryLimits.ts';
import { from, manualClock, testAccount, testMacKey, testMacKeys } from '../../../support/worlds/world.ts';

const day = 86_400;

/** An account whose mails of the day strangers have used up. */
async function setUp() {
  const clock = manualClock();
  const account = testAccount();
  const limits = memoryLimits({ clock });
  const devices = memoryDevices();
  const keys = testMacKeys(testMacKey());
  const links: string[] = [];
  const deps = {
    clock,
    limits,
    audit: { record: async () => {} },
    mailKeys: keys,
    credentialKeys: keys,
    accountsOnDevices: {
      findByEmail: async (_: string, device: string) => ({ account, pairs: devices.find(account.sub, device) }),
    },
    resets: {
      kept: async () => undefined,
      request: async ({ sub }: { sub: string }) => void (sub === account.sub && links.push(sub)),
    },
    onMailWithheld: () => {},
  };
  /** How many links go out for so many requests of each device, from sources of their own. */
  const ask = async (tokens: readonly (string | undefined)[], times = 1) => {
    const before = links.length;
    for (let n = 0; n < times; n++) {
      for (const [index, deviceToken] of tokens.entries()) {
        const ip = `198.51.100.${index}`;
        await requestPasswordReset(deps, { email: account.email, deviceToken, from: { ...from, ip } });
      }
    }
    return links.length - before;
  };
  const knownFor = (seconds: number) => devices.known(account, Math.floor(clock() / 1000) - seconds).token;
  await ask(Array.from({ length: 25 }, () => undefined));
  return { ask, knownFor };
}

it('devices that became known within a day have ten mails of their own together', async () => {
  const { ask, knownFor } = await setUp();
  const thirty = Array.from({ length: 30 }, () => knownFor(day - 1));
  expect(await ask(thirty, 5)).toBe(10);
});

it('a device that is known for a day has its mails, whatever newer ones have used up', async () => {
  const { ask, knownFor } = await setUp();
  await ask(
    Array.from({ length: 30 }, () => knownFor(0)),
    5,
  );
  expect(await ask([knownFor(day)], 7)).toBe(5);
});

it('a device that became known just now has mails that strangers do not use up', async () => {
  const { ask, knownFor } = await setUp();
  expect(await ask([knownFor(0)])).toBe(1);
});
