import { randomBytes } from 'node:crypto';
import { generateSync } from 'otplib/functional';
import { createWebAuthn } from '../../../lambdas/clients/factors/webauthn.ts';
import type { AuditEvent } from '../../../lambdas/contract/auditEvents.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { type Factor, type FactorSet, passkeyId } from '../../../lambdas/core/factors/factor.ts';
import { makeMfaToken } from '../../../lambdas/core/factors/mfaToken.ts';
import type { UsedUp } from '../../../lambdas/core/factors/ports.ts';
import { hashRecoveryCode } from '../../../lambdas/core/factors/recoveryCodes.ts';
import { newTotpSecret } from '../../../lambdas/core/factors/totp.ts';
import { sealSecret } from '../../../lambdas/core/keys/sealedSecret.ts';
import type { NoticeJob } from '../../../lambdas/core/mail/mailJob.ts';
import { beginSession } from '../../../lambdas/core/sessions/newSession.ts';
import type { Session } from '../../../lambdas/core/sessions/session.ts';
import type { FactorSignInDeps } from '../../../lambdas/flows/signIn/completeFactorSignIn.ts';
import type { PasskeyRequestDeps } from '../../../lambdas/flows/signIn/passkeyRequest.ts';
import type { StepUpDeps } from '../../../lambdas/flows/signIn/stepUp.ts';
import type { WrongCodeDeps } from '../../../lambdas/flows/signIn/wrongCodes.ts';
import { memoryDevices } from '../fakes/memoryDevices.ts';
import { memoryLimits } from '../fakes/memoryLimits.ts';
import { softAuthenticator } from '../fakes/softAuthenticator.ts';
import { from, manualClock, settings, testAccount, testMacKey, testSigningKey } from './world.ts';

export const password = 'the right password';
export const now = 1_800_000_000;
export const recoveryCode = '0123-4567-89ab-cdef';

export async function setUp(change: Partial<Account> = {}) {
  const clock = manualClock(now * 1000);
  const account = testAccount({ factorMethods: ['totp', 'webauthn'], ...change });
  const key = testMacKey();
  const limits = memoryLimits({ clock });
  const devices = memoryDevices();
  const events: AuditEvent[] = [];
  const started: { session: Session; used: UsedUp }[] = [];
  const signingKey = testSigningKey();
  const webauthn = createWebAuthn({ issuer: settings.issuer, allowedOrigins: [] });
  const authenticator = softAuthenticator({ origin: settings.issuer, rpId: new URL(settings.issuer).hostname });
  const secret = newTotpSecret();
  const set: FactorSet = {
    factors: [
      totpOf(account, sealSecret(secret, { sub: account.sub, id: 'app' }, key)),
      await passkeyOf(account, { authenticator, webauthn }),
    ],
    recoveryCodes: new Set([hashRecoveryCode(recoveryCode, account.sub)]),
    revision: 2,
  };
  const { session } = beginSession({
    account,
    authentication: { amr: ['pwd'], acr: 'aal1' },
    from,
    now: now - 1000,
    key,
    settings,
  });
  const write = async (input: { session: Session; used: UsedUp; events: readonly AuditEvent[] }) => {
    started.push(input);
    events.push(...input.events);
    return true;
  };
  const notices: NoticeJob[] = [];
  const deps: FactorSignInDeps & WrongCodeDeps & StepUpDeps & PasskeyRequestDeps = {
    accounts: { find: async (sub) => (sub === account.sub ? account : undefined) },
    factors: {
      read: async (sub) => (sub === account.sub ? set : { factors: [], recoveryCodes: new Set(), revision: 0 }),
    },
    attempts: { count: async () => true },
    sessions: {
      read: async ({ sid }) => (sid === session.sid ? { session, account } : { session: undefined, account }),
    },
    accountsOnDevices: {
      find: async (sub, device) => ({
        account: sub === account.sub ? account : undefined,
        pairs: devices.find(sub, device),
      }),
    },
    signIns: {
      start: async (input) => {
        const changed = devices.change(input.pair);
        return changed === true ? write(input) : changed;
      },
      stepUp: write,
    },
    audit: { record: async (event) => void events.push(event) },
    hasher: { verify: async (hash, given) => hash === 'hash' && given === password },
    webauthn,
    notices: { request: async ({ job }) => void notices.push(job) },
    limits,
    limitRefunds: limits,
    signingKeys: { current: async () => signingKey },
    refreshKeys: { current: async () => key },
    credentialKeys: { current: async () => key, find: async (kid) => (kid === key.kid ? key : undefined) },
    endPreviousSessions: async (cookies) => {
      if (cookies.length > 0) throw new Error('the browser held no session');
      return [];
    },
    limitSessions: async () => async () => {},
    settings,
    clock,
  };
  const request = { from, delivery: { by: 'body' as const }, deviceToken: undefined };
  return {
    deps,
    account,
    authenticator,
    clock,
    events,
    key,
    limits,
    notices,
    request,
    webauthn,
    started,
    principal: { sub: account.sub, sid: session.sid },
    code: () => generateSync({ secret, epoch: Math.floor(clock() / 1000) }),
    /** A token behind a right password; on a device that the account knows, if one is given. */
    mfaToken: (device?: { readonly pairId: string; readonly token: string }, nowSeconds = now) =>
      makeMfaToken({ account, device, deviceToken: device?.token, nowSeconds, key }),
    /** A device that the account knows. */
    knownDevice: () => devices.known(account, now),
    told: () => started.flatMap(({ used }) => used.notices.map(({ template }) => template)),
  };
}

function totpOf({ sub }: Account, sealedSecret: string): Factor {
  return { sub, id: 'app', type: 'totp', name: 'App', createdAt: 1, sealedSecret, lastStep: 0 };
}

async function passkeyOf(
  { sub }: Account,
  made: { authenticator: ReturnType<typeof softAuthenticator>; webauthn: ReturnType<typeof createWebAuthn> },
): Promise<Factor> {
  const challenge = new Uint8Array(randomBytes(32));
  const options = await made.webauthn.creationOptions({ challenge, user: { sub, name: 'ada' }, exclude: [] });
  const record = await made.webauthn.verifyAttestation({
    credential: made.authenticator.create(options),
    knowsChallenge: async () => true,
  });
  if (!record) throw new Error('no credential');
  return { sub, id: passkeyId(record.credentialId), type: 'webauthn', name: 'Key', createdAt: 1, ...record };
}

export const reasons = (events: readonly AuditEvent[]) => events.map(({ type, reason }) => [type, reason]);

export type FactorSignInWorld = Awaited<ReturnType<typeof setUp>>;
