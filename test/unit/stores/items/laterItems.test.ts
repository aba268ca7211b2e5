import { expect, it } from 'vitest';
import { passwordAuthentication } from '../../../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../../../lambdas/core/sessions/newSession.ts';
import { accountFromItem, accountToItem } from '../../../../lambdas/stores/items/accountItems.ts';
import { sessionFromItem, sessionToItem } from '../../../../lambdas/stores/items/sessionItems.ts';
import { from, settings, testAccount, testMacKey } from '../../../support/worlds/world.ts';

const account = testAccount({ roles: ['member', 'curator'] });
const { session } = beginSession({
  account,
  authentication: passwordAuthentication,
  delivery: 'body',
  from,
  now: 1000,
  key: testMacKey(),
  settings,
});

it('A18 an account with a role and a member that only a later release knows is read', () => {
  expect(accountFromItem({ ...accountToItem(account), memberships: ['acme'] })).toEqual(account);
});

it('A18 a session with a member that only a later release knows is read', () => {
  expect(sessionFromItem({ ...sessionToItem(session), grants: 3 })).toEqual(session);
});
