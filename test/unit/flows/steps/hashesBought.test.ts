import { expect, it } from 'vitest';
import { passwordAuthentication } from '../../../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../../../lambdas/core/sessions/newSession.ts';
import { principalOfSession } from '../../../../lambdas/core/sessions/sessionPrincipal.ts';
import { requestEmailChange } from '../../../../lambdas/flows/accounts/requestEmailChange.ts';
import { changePassword } from '../../../../lambdas/flows/passwords/changePassword.ts';
import { now, password, setUp } from '../../../support/worlds/factorSignInWorld.ts';
import { from, passwordPolicy, settings } from '../../../support/worlds/world.ts';

/** Calls of somebody who has just signed in with a password, with what each hash was of. */
async function signedIn() {
  const { deps, account, key } = await setUp({ factorMethods: [] });
  const begun = beginSession({ account, authentication: passwordAuthentication, from, now, key, settings });
  const principal = principalOfSession(begun.session, account, now);
  const hashed: string[] = [];
  const unreached = () => expect.unreachable();
  const hasher = {
    hash: unreached,
    async verify(_: string | undefined, given: string) {
      hashed.push(given);
      return true;
    },
  };
  const common = { ...deps, hasher, accounts: { ...deps.accounts, holderOf: unreached } };
  const keys = { mailKeys: deps.credentialKeys, onMailWithheld: unreached };
  return {
    account,
    hashed,
    changeEmail: (newEmail: string) =>
      requestEmailChange({ ...common, ...keys, emailChanges: { kept: unreached, request: unreached } }, principal, {
        newEmail,
        currentPassword: password,
        from,
      }),
    changePassword: (newPassword: string) =>
      changePassword(
        {
          ...common,
          passwordPolicy,
          devicePairs: { keep: unreached },
          sessions: { list: unreached },
          revocation: { revoke: unreached },
          changes: { mostSessionsEnded: 1, change: unreached },
        },
        principal,
        { currentPassword: password, newPassword, from },
      ),
  };
}

it('a weak new password is refused before the current one is hashed', async () => {
  const { changePassword: change, hashed } = await signedIn();
  await expect(change('short')).rejects.toMatchObject({ code: 'weak_password' });
  expect(hashed).toEqual([]);
});

it.each(['no address', 'own'])('a new address is refused before the current password is hashed: %s', async (given) => {
  const { changeEmail, hashed, account } = await signedIn();
  const asked = changeEmail(given === 'own' ? account.normalizedEmail : given);
  await expect(asked).rejects.toMatchObject({ code: 'invalid_request' });
  expect(hashed).toEqual([]);
});
