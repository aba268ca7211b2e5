import { generateSync } from 'otplib/functional';
import type { LimitName } from '../../../lambdas/contract/limits.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { newTotpSecret } from '../../../lambdas/core/factors/totp.ts';
import { sealSecret } from '../../../lambdas/core/keys/sealedSecret.ts';
import type { LimitCounter, OrderedLimits } from '../../../lambdas/core/limits/ports.ts';
import { newMailedLink } from '../../../lambdas/core/mail/mailedLink.ts';
import { deriveMailToken } from '../../../lambdas/core/mail/mailToken.ts';
import type { Principal } from '../../../lambdas/core/sessions/principal.ts';
import { newSessionId } from '../../../lambdas/core/sessions/session.ts';
import { confirmEmailChange } from '../../../lambdas/flows/accounts/confirmEmailChange.ts';
import { deleteOwnAccount } from '../../../lambdas/flows/accounts/deleteOwnAccount.ts';
import { requestEmailChange } from '../../../lambdas/flows/accounts/requestEmailChange.ts';
import { requestRegistration } from '../../../lambdas/flows/accounts/requestRegistration.ts';
import { addPasskey, beginPasskey } from '../../../lambdas/flows/factors/enrolPasskey.ts';
import { beginTotp, confirmTotp } from '../../../lambdas/flows/factors/enrolTotp.ts';
import { removeFactor, renameFactor, renewRecoveryCodes } from '../../../lambdas/flows/factors/manageFactors.ts';
import { changePassword } from '../../../lambdas/flows/passwords/changePassword.ts';
import { requestPasswordReset } from '../../../lambdas/flows/passwords/requestPasswordReset.ts';
import { revokeOwnSession, signOutEverywhere } from '../../../lambdas/flows/sessions/signOut.ts';
import { requestPasskey } from '../../../lambdas/flows/signIn/passkeyRequest.ts';
import { signInWithPasskey } from '../../../lambdas/flows/signIn/signInWithPasskey.ts';
import { signInWithSecondFactor } from '../../../lambdas/flows/signIn/signInWithSecondFactor.ts';
import { stepUp } from '../../../lambdas/flows/signIn/stepUp.ts';
import { inOrder } from '../fakes/memoryLimits.ts';
import { softAuthenticator } from '../fakes/softAuthenticator.ts';
import { type FactorSignInWorld, now, password, setUp } from './factorSignInWorld.ts';
import * as passwordSignIn from './signInWorld.ts';
import { from, passwordPolicy, settings, testAccount, testPrincipal } from './world.ts';

const nothing = async () => undefined;

/** Counts nothing, refuses one limit, and notes which ones were asked. */
type Limits = LimitCounter & OrderedLimits;

export function refusing(refused: LimitName): Limits & { readonly asked: Set<LimitName> } {
  const asked = new Set<LimitName>();
  const consume: LimitCounter['consume'] = async ({ limit, key }) => {
    asked.add(limit);
    if (limit !== refused) return { admitted: true, receipt: { limit, key, window: 0 } };
    return { admitted: false, refusal: { limit, quota: 1, windowSeconds: 60, retryAfterSeconds: 60 } };
  };
  return { asked, consume, consumeInOrder: inOrder(consume), giveBack: nothing };
}

/** The same where strangers have used up the mails of an address. */
function mailsUsedUp(limits: Limits): Limits {
  const full = refusing('mailsPerAccount');
  return { ...limits, consume: (decision) => (decision.limit === 'mailsPerAccount' ? full : limits).consume(decision) };
}

/** A call of a route that would succeed if no limit refused it. */
type Call = (limits: Limits) => Promise<unknown>;
export type Calls = Readonly<Record<string, readonly Call[]>>;

const done = async () => true;
const devicePairs = { keep: nothing };

/** The calls by which a route counts what it does, by the route's id. */
export async function limitedCalls(): Promise<Calls> {
  const world = await setUp();
  return { ...signInCalls(world), ...mailCalls(world), ...ownAccountCalls(world), ...factorCalls(world) };
}

function signInCalls(world: FactorSignInWorld): Calls {
  const { request } = world;
  const device = world.knownDevice();
  const deps = (limits: Limits) => ({ ...world.deps, limits });
  return {
    login: [false, true].map((known) => async (limits: Limits) => {
      const subject = testAccount();
      const { deps: signIn } = passwordSignIn.setUp(subject);
      const { attempt, right } = passwordSignIn;
      const before = known ? (await attempt(signIn, subject.email, right)).deviceToken : undefined;
      await attempt({ ...signIn, limits }, subject.email, right, { deviceToken: before });
    }),
    loginMfa: [undefined, device].map((known) => async (limits: Limits) => {
      const proof = { method: 'totp', code: world.code() } as const;
      await signInWithSecondFactor(deps(limits), { ...request, mfaToken: world.mfaToken(known), proof });
    }),
    loginPasskey: [undefined, device.token].map((token) => async (limits: Limits) => {
      const credential = world.authenticator.get(await requestPasskey(world.deps, undefined));
      await signInWithPasskey(deps(limits), { ...request, credential, deviceToken: token });
    }),
    stepUp: [
      (limits) => {
        const proof = { method: 'password', password } as const;
        return stepUp(deps(limits), { principal: world.principal, proof, from });
      },
      (limits) => {
        const proof = { method: 'totp', code: world.code() } as const;
        return stepUp(deps(limits), { principal: world.principal, proof, from });
      },
      async (limits) => {
        const credential = world.authenticator.get(await requestPasskey(world.deps, undefined));
        const proof = { method: 'webauthn', credential } as const;
        return stepUp(deps(limits), { principal: world.principal, proof, from });
      },
    ],
  };
}

function mailCalls(world: FactorSignInWorld): Calls {
  const { account } = world;
  const { accounts, audit, clock, credentialKeys, hasher, limitRefunds } = world.deps;
  const asked = { audit, clock, credentialKeys, mailKeys: credentialKeys, onMailWithheld: () => {} };
  const common = { ...asked, hasher, limitRefunds };
  const links = { kept: nothing, request: nothing };
  const found = { ...accounts, holderOf: async () => ({ account: undefined, reserved: undefined }) };
  const email = 'new@example.com';
  const confirm: Call = async (limits) => {
    const nowSeconds = Math.floor(clock() / 1000);
    const key = await credentialKeys.current();
    const { sub } = account;
    const { job } = newMailedLink({ purpose: 'confirm-email', email, sub, key, nowSeconds });
    const token = deriveMailToken('confirm-email', { ...job, email }, key);
    const emailChanges = { findSession: async () => ({ sid: 'sid' }), complete: done };
    await confirmEmailChange(
      { ...common, limits, accounts, emailChanges, devicePairs, formerAddresses: { list: async () => [] } },
      { token, principal: undefined, currentPassword: password, deviceToken: undefined, from },
    );
  };
  return {
    register: [
      (limits) => requestRegistration({ ...common, limits, accounts: found, registrations: links }, { email, from }),
    ],
    forgotPassword: [undefined, world.knownDevice()].map(
      (device) => (limits: Limits) =>
        requestPasswordReset(
          {
            ...common,
            limits,
            accountsOnDevices: { findByEmail: async () => ({ account, pairs: device ? [device.pair] : [] }) },
            resets: links,
          },
          { email, deviceToken: device?.token, from },
        ),
    ),
    changeEmail: [(limits: Limits) => limits, mailsUsedUp].map(
      (seenBy) => (limits: Limits) =>
        requestEmailChange(
          { ...common, limits: seenBy(limits), accounts: found, emailChanges: { kept: nothing, request: done } },
          principalOf(account),
          { newEmail: email, currentPassword: password, from },
        ),
    ),
    confirmEmail: [confirm],
    submitConfirmEmailPage: [confirm],
  };
}

function ownAccountCalls({
  account,
  deps: { accounts, audit, clock, hasher, limitRefunds },
}: FactorSignInWorld): Calls {
  const principal = principalOf(account);
  const common = { accounts, audit, clock, limitRefunds, hasher: { ...hasher, hash: async () => 'hash' } };
  const revocation = { revoke: done, revokeEverywhere: done };
  const signOut = { ...common, revocation, refreshKeys: { find: nothing } };
  return {
    changePassword: [
      (limits) =>
        changePassword(
          {
            ...common,
            limits,
            revocation,
            devicePairs,
            passwordPolicy,
            sessions: { list: async () => [] },
            changes: { mostSessionsEnded: 1, change: async () => 'changed' },
          },
          principal,
          { currentPassword: password, newPassword: 'an entirely new password', from },
        ),
    ],
    deleteMe: [
      (limits) =>
        deleteOwnAccount({ ...common, limits, erasure: { begin: done, finish: done }, traces: {} }, principal, {
          currentPassword: password,
          from,
        }),
    ],
    revokeSession: [(limits) => revokeOwnSession({ ...signOut, limits }, principal, newSessionId(0), from)],
    logoutEverywhere: [(limits) => signOutEverywhere({ ...signOut, limits }, principal, from)],
  };
}

function factorCalls({ account, deps, key, webauthn }: FactorSignInWorld): Calls {
  const principal = principalOf(account);
  const changes = { add: done, remove: done, rename: done, replaceRecoveryCodes: done };
  const secret = newTotpSecret();
  const id = 'B'.repeat(22);
  const sealedSecret = sealSecret(secret, { sub: account.sub, id }, key);
  const enrolment = { id, sid: principal.sid, sealedSecret, expiresAt: now + 60 };
  const owner = { currentPassword: password, from };
  const common = {
    ...deps,
    changes,
    devicePairs,
    issuer: settings.issuer,
    enrolments: { begin: nothing, find: async () => enrolment },
    webauthn,
  };
  return {
    renameFactor: [(limits) => renameFactor({ ...common, limits }, principal, { id: 'app', name: 'Phone', from })],
    removeFactor: [(limits) => removeFactor({ ...common, limits }, principal, { ...owner, id: 'app' })],
    renewRecoveryCodes: [(limits) => renewRecoveryCodes({ ...common, limits }, principal, owner)],
    beginTotp: [(limits) => beginTotp({ ...common, limits }, principal, owner)],
    passkeyOptions: [(limits) => beginPasskey({ ...common, limits }, principal, owner)],
    confirmTotp: [
      (limits) =>
        confirmTotp({ ...common, limits }, principal, { id, code: generateSync({ secret, epoch: now }), from }),
    ],
    addPasskey: [
      async (limits) => {
        const authenticator = softAuthenticator({ origin: settings.issuer, rpId: new URL(settings.issuer).hostname });
        const credential = authenticator.create(await beginPasskey({ ...common, limits }, principal, owner));
        await addPasskey({ ...common, limits }, principal, { credential, name: undefined, from });
      },
    ],
  };
}

/** Signed in just now, with a second factor. */
function principalOf({ sub, tenantId }: Account): Principal {
  const times = { authTime: now, issuedAt: now, expiresAt: now + 900 };
  return testPrincipal({ sub, tenantId, ...times, amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' });
}
