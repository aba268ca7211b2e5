import { describe, expect, it } from 'vitest';
import { type LimitName, limitDefinitions } from '../../../lambdas/contract/limits.ts';
import { routeById, routeIds } from '../../../lambdas/contract/routes.ts';
import { limitedCalls, refusing } from '../../support/worlds/limitedRoutes.ts';

const limitsOf = (id: (typeof routeIds)[number]): readonly LimitName[] => {
  const { boundedBy } = routeById(id);
  return typeof boundedBy === 'object' ? boundedBy : [];
};
/** Refresh counts beside its read: its own tests hold it to that. */
const called = routeIds.filter((id) => limitsOf(id).length > 0 && id !== 'refresh');
const limited = called.flatMap((id) => limitsOf(id).map((limit) => [id, limit] as const));

/** A known device that has no room goes the way of any other; who asks for a mail does not learn that none goes out. */
const refusesNobody: readonly LimitName[] = [
  'signInPerDevice',
  'provenSignInPerDevice',
  'registrationPerAccountAndAddress',
  'newDevicesPerAccount',
  'resetPerDevice',
  'resetPerNewDevices',
  'resetPerAccountAndAddress',
  'mailsPerAccount',
  'ownersMailsPerAccount',
];

describe('what a route writes for good and mails', () => {
  it.each(routeIds.filter((id) => routeById(id).method !== 'GET'))('is bounded for each subject: %s', (id) => {
    const { boundedBy } = routeById(id);
    expect(boundedBy).toBeDefined();
    if (typeof boundedBy === 'string') return;
    expect(limitsOf(id).filter((limit) => limitDefinitions[limit].countsBy !== 'source')).not.toEqual([]);
  });

  it('is nothing, or done once, on these routes alone', () => {
    const without = (bound: string) => routeIds.filter((id) => routeById(id).boundedBy === bound).toSorted();
    expect(without('writes no event')).toEqual(['loginPasskeyOptions']);
    expect(without('done once')).toEqual([
      'logout',
      'resetPassword',
      'submitResetPage',
      'submitUndoEmailPage',
      'submitVerifyEmailPage',
      'undoEmail',
      'verifyEmail',
    ]);
  });

  it.each(limited)('of %s is refused by %s', async (id, limit) => {
    const calls = (await limitedCalls())[id] ?? [];
    const outcomes = await Promise.all(
      calls.map(async (call) => {
        const limits = refusing(limit);
        const error: unknown = await call(limits).catch((thrown: unknown) => thrown);
        return { asked: limits.asked.has(limit), error };
      }),
    );
    const asked = outcomes.filter((outcome) => outcome.asked);
    expect(asked).not.toEqual([]);
    for (const { error } of asked) {
      if (refusesNobody.includes(limit)) expect(error).toBeUndefined();
      else expect(error).toMatchObject({ code: 'rate_limited', refusal: { limit } });
    }
  });

  it.each(called)('of %s passes limits that have room', async (id) => {
    for (const call of (await limitedCalls())[id] ?? expect.fail('there is no call of it')) {
      expect(await call(refusing('refreshPerSession')).catch((error: unknown) => error)).not.toBeInstanceOf(Error);
    }
  });
});
