import { expect, it } from 'vitest';
import { newSessionId } from '../../../../lambdas/core/sessions/session.ts';
import { activeAccount } from '../../../../lambdas/flows/steps/activeAccount.ts';
import { testAccount } from '../../../support/worlds/world.ts';

const found = (account: ReturnType<typeof testAccount> | undefined) => ({ accounts: { find: async () => account } });

it('is the account of a session of its epoch', async () => {
  const account = testAccount({ sessionEpoch: 40 });
  const principal = { sub: account.sub, sid: newSessionId(40) };
  expect(await activeAccount(found(account), principal)).toBe(account);
});

it.each([
  ['of the epoch before', newSessionId(39)],
  ['of an epoch to come', newSessionId(41)],
  ['that is none', 'sid'],
])('is nobody for a session %s', async (_, sid) => {
  const account = testAccount({ sessionEpoch: 40 });
  const answer = activeAccount(found(account), { sub: account.sub, sid });
  await expect(answer).rejects.toMatchObject({ code: 'invalid_token', status: 401 });
});

it.each([
  ['disabled', testAccount({ status: 'disabled' })],
  ['being erased', testAccount({ status: 'deleting' })],
  ['gone', undefined],
])('is nobody when it is %s', async (_, account) => {
  const answer = activeAccount(found(account), { sub: 'sub', sid: newSessionId(0) });
  await expect(answer).rejects.toMatchObject({ code: 'invalid_token', status: 401 });
});
