import type { AuditEvent } from '../contract/auditEvents.ts';
import type { Tokens } from '../contract/outputs.ts';
import type { Assertion } from '../contract/webauthn.ts';
import type { Account } from '../core/account.ts';
import { auditEvent, type RequestSource, strangerEvent } from '../core/auditEvent.ts';
import { passkeyAuthentication, passwordAuthentication, withSecondFactor } from '../core/authentication.ts';
import { epochSeconds } from '../core/clock.ts';
import { ProblemError } from '../core/errors.ts';
import type { FactorSet } from '../core/factor.ts';
import { secondFactorLimitKey } from '../core/limitSubjects.ts';
import type { LimitReceipt } from '../core/limits.ts';
import { type MfaToken, maxMfaAttempts, mfaTokenHolds, openMfaToken } from '../core/mfaToken.ts';
import type { Session } from '../core/session.ts';
import { sourceGroup } from '../core/sourceGroup.ts';
import { completeSignIn, type IssuingDeps, prepareIssuing } from './completeSignIn.ts';
import { type EnforceLimitDeps, enforceLimit } from './enforceLimit.ts';
import { knownDevice } from './knownDevice.ts';
import {
  type FactorProof,
  type ProveFactorDeps,
  type ProvenFactor,
  proveFactor,
  subOfUserHandle,
  type Unproven,
} from './proveFactor.ts';
import { type UsedUp, usedUp } from './usedFactor.ts';

export interface FactorSignInDeps extends IssuingDeps, ProveFactorDeps, EnforceLimitDeps {
  readonly credentialKeys: IssuingDeps['credentialKeys'] & ProveFactorDeps['credentialKeys'];
  readonly accounts: { find(sub: string): Promise<Account | undefined> };
  readonly factors: { read(sub: string): Promise<FactorSet> };
  readonly attempts: { count(token: MfaToken, max: number): Promise<boolean> };
  readonly signIns: {
    start(input: { session: Session; used: UsedUp; events: readonly AuditEvent[]; nowMs: number }): Promise<boolean>;
  };
  readonly limitReturns: { giveBack(receipts: readonly LimitReceipt[]): Promise<void> };
}

interface Request {
  readonly from: RequestSource;
  readonly fromBrowser: boolean;
}

/**
 * Goes on with a sign-in whose password was right: the second factor.
 *
 * The attempt is counted before the proof is looked at, by the token and by the account; a known device has a count of its
 * own, so that nobody who has the password locks the owner out. The session, the use of the factor and that of the token are one
 * transaction.
 *
 * @throws ProblemError `invalid_token` (400) for a token that is forged, expired, used up, or of an account that has
 * changed; `invalid_credentials`; `rate_limited`; `unavailable`.
 */
export async function signInWithSecondFactor(
  deps: FactorSignInDeps,
  request: Request & { readonly mfaToken: string; readonly proof: FactorProof },
): Promise<Tokens> {
  const issuing = await prepareIssuing(deps);
  const { token, account } = await readMfaToken(deps, request.mfaToken);
  if (!(await deps.attempts.count(token, maxMfaAttempts))) throw refusedMfaToken();
  const attempt = await enforceLimit(deps, {
    limit: 'secondFactorPerAccount',
    // A new password begins a new count: who had the old one no longer gets here.
    key: token.deviceId ?? secondFactorLimitKey(account),
    from: request.from,
    account,
  });
  const subject = { sub: account.sub, set: await deps.factors.read(account.sub) };
  const purpose = { purpose: 'second-factor', mfaTokenId: token.id } as const;
  const proven = await proveFactor(deps, subject, request.proof, { purpose, userVerification: false });
  if ('refused' in proven) return refuse(deps, account, proven, request.from);
  return complete(deps, {
    account,
    authentication: withSecondFactor(passwordAuthentication.amr, proven.proof),
    device: token.deviceId === undefined ? undefined : { deviceId: token.deviceId },
    issuing,
    attempt,
    proven,
    singleUses: [{ kind: 'mfa', id: token.id, expiresAt: token.expiresAt }],
    request,
  });
}

/**
 * Signs in with a passkey alone: the credential names its subject, and the device has verified its user.
 *
 * @throws ProblemError `invalid_credentials`, `rate_limited`, `unavailable`.
 */
export async function signInWithPasskey(
  deps: FactorSignInDeps,
  request: Request & { readonly credential: Assertion; readonly deviceToken: string | undefined },
): Promise<Tokens> {
  const issuing = await prepareIssuing(deps);
  const { credential, from } = request;
  const attempt = await enforceLimit(deps, { limit: 'signInPerAddress', key: sourceGroup(from.ip), from });
  const sub = subOfUserHandle(credential.response.userHandle);
  const [account, set] = sub ? await Promise.all([deps.accounts.find(sub), deps.factors.read(sub)]) : [];
  if (!account || !set) return refuseStranger(deps, from);
  if (account.status !== 'active') return refuse(deps, account, { refused: 'account_disabled' }, from);
  const demand = { purpose: { purpose: 'alone' }, userVerification: true } as const;
  const proven = await proveFactor(deps, { sub: account.sub, set }, { method: 'webauthn', credential }, demand);
  if ('refused' in proven) return refuse(deps, account, proven, from);
  const device = await knownDevice(deps, account, request.deviceToken);
  const authentication = passkeyAuthentication;
  return complete(deps, { account, authentication, device, issuing, attempt, proven, singleUses: [], request });
}

/**
 * What an `mfa_token` says, and the account it holds of.
 *
 * @throws ProblemError `invalid_token` (400).
 */
export async function readMfaToken(
  deps: Pick<FactorSignInDeps, 'credentialKeys' | 'accounts' | 'clock'>,
  text: string,
): Promise<{ readonly token: MfaToken; readonly account: Account }> {
  const nowSeconds = epochSeconds(deps.clock);
  const token = await openMfaToken(text, { nowSeconds, find: (kid) => deps.credentialKeys.find(kid) });
  const account = token && (await deps.accounts.find(token.sub));
  if (!token || !account || !mfaTokenHolds(token, account)) throw refusedMfaToken();
  return { token, account };
}

async function complete(
  deps: FactorSignInDeps,
  proven: Pick<Parameters<typeof completeSignIn>[1], 'account' | 'authentication' | 'device' | 'issuing'> & {
    readonly attempt: LimitReceipt;
    readonly proven: ProvenFactor;
    readonly singleUses: UsedUp['singleUses'];
    readonly request: Request;
  },
): Promise<Tokens> {
  const { account, request } = proven;
  const tokens = await completeSignIn(deps, {
    ...proven,
    ...request,
    start: ({ session, event, notice }) => {
      const nowMs = deps.clock();
      const { used, events } = usedUp(proven.proven, { account, from: request.from, nowMs });
      const all = {
        factor: used.factor,
        singleUses: [...used.singleUses, ...proven.singleUses],
        notices: [...used.notices, ...(notice ? [notice] : [])],
      };
      return deps.signIns.start({ session, used: all, events: [event, ...events], nowMs });
    },
  });
  await deps.limitReturns.giveBack([proven.attempt]);
  return tokens;
}

function refusedMfaToken(): ProblemError {
  return new ProblemError('invalid_token', {
    status: 400,
    detail: 'The token of the second factor was used, or has expired: sign in with the password again',
  });
}

async function refuse(
  deps: FactorSignInDeps,
  account: Account,
  { refused }: Unproven,
  from: RequestSource,
): Promise<never> {
  await deps.audit.record(
    auditEvent({
      type: 'sign_in.failed',
      nowMs: deps.clock(),
      from,
      actor: { type: 'stranger' },
      target: { type: 'account', id: account.sub },
      outcome: 'failure',
      tenant_id: account.tenantId,
      reason: refused,
    }),
  );
  throw wrongFactor();
}

async function refuseStranger(deps: FactorSignInDeps, from: RequestSource): Promise<never> {
  await deps.audit.record(
    strangerEvent({
      type: 'sign_in.failed',
      nowMs: deps.clock(),
      from,
      target: { type: 'factor' },
      outcome: 'failure',
      reason: 'unknown_passkey',
    }),
  );
  throw wrongFactor();
}

function wrongFactor(): ProblemError {
  return new ProblemError('invalid_credentials', { detail: 'The code or the passkey is wrong' });
}
