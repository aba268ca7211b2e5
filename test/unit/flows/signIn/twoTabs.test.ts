import { describe, expect, it } from 'vitest';
import type { IssuedTokens } from '../../../../lambdas/core/sessions/delivery.ts';
import { attempt, right, setUpSeveral } from '../../../support/worlds/signInWorld.ts';

const day = 86_400_000;

/** A browser with tabs, and the accounts that sign in in it. */
function browser(count: number) {
  const { accounts, deps, ...setting } = setUpSeveral(count);
  let cookie: string | undefined;
  /** Sends a sign-in with the cookie of now; what it answers with arrives later. */
  const send = (one: number, deviceToken = cookie) =>
    attempt(deps, String(accounts[one]?.email), right, {
      deviceToken,
      delivery: { by: 'cookie', previousSessions: [] },
    });
  const arrive = ({ deviceToken }: IssuedTokens) => {
    cookie = deviceToken ?? cookie;
  };
  /** Whether the account knows the browser: nobody is told. */
  const isKnown = async (one: number) => {
    arrive(await send(one));
    return setting.notices.at(-1) === undefined;
  };
  return { ...setting, send, arrive, isKnown, held: () => cookie };
}

describe('a browser with two tabs', () => {
  it.each([
    ['the first', [0, 1]],
    ['the last', [1, 0]],
  ] as const)(
    'L29 stays known to all when both make it known to one account, and %s answer comes last',
    async (_, order) => {
      const tabs = browser(2);
      await tabs.isKnown(1);
      const answers = await Promise.all([tabs.send(0), tabs.send(0)]);
      for (const index of order.toReversed()) tabs.arrive(answers[index]);
      expect([await tabs.isKnown(0), await tabs.isKnown(1)]).toEqual([true, true]);
    },
  );

  it('L29 keeps what one account gave it when the answer to another, which knew it, comes late', async () => {
    const tabs = browser(2);
    await tabs.isKnown(0);
    tabs.clock.advance(1000);
    const late = await tabs.send(0);
    await tabs.isKnown(1);
    tabs.arrive(late);
    expect([await tabs.isKnown(1), await tabs.isKnown(0)]).toEqual([true, true]);
  });

  it.each([
    ['that knew it for more than a day', true],
    ['that comes to know it', false],
  ])('L29 is unknown to one account, once, after a late answer to another %s', async (_, knew) => {
    const tabs = browser(3);
    await tabs.isKnown(2);
    if (knew) await tabs.isKnown(0);
    tabs.clock.advance(2 * day);
    const late = await tabs.send(0);
    await tabs.isKnown(1);
    tabs.arrive(late);
    const known: boolean[] = [];
    for (const one of [1, 0, 2, 1, 0, 2]) known.push(await tabs.isKnown(one));
    expect(known).toEqual([false, true, true, true, true, true]);
  });

  it('renews its cookie a day after it got it', async () => {
    const tabs = browser(1);
    tabs.arrive(await tabs.send(0));
    tabs.clock.advance(day - 1000);
    expect((await tabs.send(0)).deviceToken).toBeUndefined();
    tabs.clock.advance(1000);
    expect((await tabs.send(0)).deviceToken).toBe(tabs.held());
  });
});
