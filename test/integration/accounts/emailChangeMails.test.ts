import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { limitFor } from '../../../lambdas/core/limits/limitSubjects.ts';
import type { Principal } from '../../../lambdas/core/sessions/principal.ts';
import { confirmEmailChange } from '../../../lambdas/flows/accounts/confirmEmailChange.ts';
import { requestRegistration } from '../../../lambdas/flows/accounts/requestRegistration.ts';
import { countCalls } from '../../support/database/countCalls.ts';
import { ownAccountContract } from '../../support/worlds/ownAccountBench.ts';
import { from } from '../../support/worlds/world.ts';

ownAccountContract((bench) => {
  const { clock, deps, requestChange, newAccount, startSession, principalOf, jobs, confirmationOf } = bench;
  const newAddress = () => `${randomUUID()}@moved.example`;
  const newOwner = async () => principalOf(await startSession(await newAccount()));
  /** The same owner, signed in just now. */
  const again = (owner: Principal) => ({ ...owner, authTime: Math.floor(clock() / 1000) });
  const mailsTo = async (email: string) => (await jobs()).filter(({ to }) => to === email);
  const limited = { code: 'rate_limited', status: 429 };

  /** Uses up what an address gets, from as many sources as it takes. */
  async function useUp(email: string, limits: readonly ('mailsPerAccount' | 'ownersMailsPerAccount')[]) {
    for (const limit of limits) {
      const decision = limitFor(limit, { email, key: bench.world.macKey });
      while ((await bench.world.limits.consume(decision)).admitted);
    }
  }
  const all = ['mailsPerAccount', 'ownersMailsPerAccount'] as const;

  it('L28 strangers that use up the mails of an address leave an owner the link that moves to it', async () => {
    const email = newAddress();
    for (let source = 1; source <= 25; source++) {
      await requestRegistration(deps(), { email, from: { ...from, ip: `198.51.100.${source}` } });
    }
    expect(await mailsTo(email)).toHaveLength(20);
    await requestChange(await newOwner(), email);
    expect(await mailsTo(email)).toContainEqual(expect.objectContaining({ template: 'confirm-email' }));
  });

  it('L28 other owners behind the same address leave an owner the link as well', async () => {
    const email = newAddress();
    for (let nth = 1; nth <= 5; nth++) await requestChange(await newOwner(), email);
    expect(await mailsTo(email)).toHaveLength(5);
  });

  it('L28 beyond all mails of an address the good link goes out again, once a minute', async () => {
    const email = newAddress();
    const owner = await newOwner();
    await requestChange(owner, email);
    await useUp(email, all);
    await requestChange(owner, email);
    expect(await mailsTo(email)).toHaveLength(1);
    clock.advance(61_000);
    await requestChange(again(owner), email);
    const [first, second, ...more] = await mailsTo(email);
    expect([first?.['nonce'], more]).toEqual([second?.['nonce'], []]);
    const token = await confirmationOf(email, owner.sub);
    await confirmEmailChange(deps(), {
      token,
      principal: owner,
      currentPassword: undefined,
      deviceToken: undefined,
      from,
    });
    expect(await bench.world.accounts.find(owner.sub)).toMatchObject({ email });
  });

  it('of two requests at once for one link again, one mails it, and both are answered', async () => {
    const email = newAddress();
    const owner = await newOwner();
    await requestChange(owner, email);
    await useUp(email, all);
    clock.advance(61_000);
    await Promise.all([requestChange(again(owner), email), requestChange(again(owner), email)]);
    expect(await mailsTo(email)).toHaveLength(2);
  });

  it('beyond all mails of an address nothing else goes out, for a free and a taken one at the same cost', async () => {
    const taken = await newAccount();
    const free = newAddress();
    await useUp(free, all);
    await useUp(taken.email, all);
    const owner = await newOwner();
    await requestChange(owner, newAddress());
    const calls = [
      await countCalls(bench.database.client, () => requestChange(owner, free)),
      await countCalls(bench.database.client, () => requestChange(owner, taken.email)),
    ];
    expect(calls[1]).toEqual(calls[0]);
    expect([await mailsTo(free), await mailsTo(taken.email)]).toEqual([[], []]);
  });

  it('who asks for more changes than an account may is told so, whatever the address', async () => {
    // Four hours later it has to be the same day, whose changes are counted together.
    clock.advance(86_400_000 - (clock() % 86_400_000));
    const owner = await newOwner();
    const ask = (to = newAddress()) => requestChange(again(owner), to);
    for (let nth = 1; nth <= 3; nth++) await ask();
    await expect(ask()).rejects.toMatchObject(limited);
    await expect(ask((await newAccount()).email)).rejects.toMatchObject(limited);
    clock.advance(2 * 3600_000);
    for (let nth = 4; nth <= 6; nth++) await ask();
    clock.advance(2 * 3600_000);
    await expect(ask()).rejects.toMatchObject(limited);
    await expect(ask((await newAccount()).email)).rejects.toMatchObject(limited);
  });
});
