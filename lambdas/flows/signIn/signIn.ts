import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../../core/accounts/account.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import { accountEvent, strangerEvent } from '../../core/audit/auditEvent.ts';
import { normalizeEmailAddress } from '../../core/common/emailAddress.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { type LimitReceipt, streakReceipt } from '../../core/limits/limitDecision.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { LimitRefunds } from '../../core/limits/ports.ts';
import type { PasswordHasher } from '../../core/passwords/ports.ts';
import { passwordAuthentication } from '../../core/sessions/authentication.ts';
import type { IssuedTokens, SignInDelivery } from '../../core/sessions/delivery.ts';
import type { Device } from '../../core/sessions/deviceToken.ts';
import type { SessionStarts } from '../../core/sessions/ports.ts';
import { type EnforceLimitDeps, enforceLimit } from '../steps/enforceLimit.ts';
import { completeSignIn, type IssuingDeps, prepareIssuing } from './completeSignIn.ts';
import { knownDevice } from './knownDevice.ts';
import type { Rehash } from './rehashPassword.ts';
import { secondFactorDemand } from './secondFactorDemand.ts';

export interface SignInDeps extends IssuingDeps, EnforceLimitDeps {
  readonly accounts: Pick<Accounts, 'findByEmail'>;
  readonly sessions: SessionStarts;
  readonly credentialKeys: Pick<MacKeys, 'current' | 'find'>;
  readonly limitRefunds: LimitRefunds;
  readonly hasher: Pick<PasswordHasher, 'verify'>;
  readonly rehash: Rehash;
}

export interface SignInRequest {
  readonly email: string;
  readonly password: string;
  /** The device token that an earlier sign-in on the same device returned. */
  readonly deviceToken: string | undefined;
  readonly from: RequestSource;
  readonly delivery: SignInDelivery;
}

/**
 * Signs a subject in with address and password.
 *
 * An unknown address, a disabled or unverified account, one without a password, and a wrong password cost the same
 * reads, the same counts, one hash and one write, and get the same answer. An attempt is counted before its hash, so
 * that simultaneous attempts cannot get past a limit; only failed ones stay counted. Attempts with the right password
 * have a limit of their own: nobody can use an account of theirs to cause hashes, sessions and mails without end.
 *
 * @throws ProblemError `invalid_credentials`; `mfa_required` where the account has a second factor; `rate_limited`,
 * `unavailable`.
 */
export async function signIn(deps: SignInDeps, request: SignInRequest): Promise<IssuedTokens> {
  const issuing = await prepareIssuing(deps);
  const account = await deps.accounts.findByEmail(normalizeEmailAddress(request.email) ?? '');
  const device = await knownDevice(deps, account, request.deviceToken);
  const attempts = await countAttempt(deps, { account, device, credentialKey: issuing.credentialKey, request });
  const proven = await authenticateByPassword(deps, account, request);
  await enforceLimit(deps, { ...limitFor('provenSignInPerAccount', proven), from: request.from, account: proven });
  await deps.limitRefunds.refund(attempts);
  const { credentialKey: key } = issuing;
  if (proven.factorMethods.length > 0) {
    throw await secondFactorDemand(deps, { account: proven, device, key, from: request.from });
  }
  return completeSignIn(deps, {
    account: proven,
    authentication: passwordAuthentication,
    issuing,
    start: (input) => deps.sessions.start(input),
    device,
    from: request.from,
    delivery: request.delivery,
  });
}

/**
 * A known device has a count of its own, which nobody else can use up: no attacker locks the owner out. Everybody else
 * is counted by source address, by account and source address, and by account; in this order, so that an attempt that
 * one limit refuses does not use up the next.
 *
 * @returns the receipts that a success refunds. The account's is always among them, so that a sign-in on a known device
 * opens the account to new devices again.
 */
async function countAttempt(
  deps: SignInDeps,
  attempt: {
    readonly account: Account | undefined;
    readonly device: Device | undefined;
    readonly credentialKey: MacKey;
    readonly request: SignInRequest;
  },
): Promise<readonly LimitReceipt[]> {
  const { account, device, request } = attempt;
  const { from } = request;
  const email = normalizeEmailAddress(request.email) ?? request.email;
  const tried = { email, account, key: attempt.credentialKey };
  if (device) {
    const counted = await enforceLimit(deps, { ...limitFor('signInPerDevice', device), from, account });
    return [counted, streakReceipt(limitFor('signInPerAccount', tried))];
  }
  return [
    await enforceLimit(deps, { ...limitFor('signInPerAddress', from), from }),
    await enforceLimit(deps, {
      ...limitFor('signInPerAccountAndAddress', { ...tried, ip: from.ip }),
      from,
      account,
    }),
    await enforceLimit(deps, { ...limitFor('signInPerAccount', tried), from, account }),
  ];
}

/** The account, if it may sign in and the password is its own, or the one refusal there is. */
async function authenticateByPassword(
  deps: SignInDeps,
  account: Account | undefined,
  request: SignInRequest,
): Promise<Account> {
  const matches = await deps.hasher.verify(account?.passwordHash, request.password);
  if (account?.status === 'active' && account.emailVerified && matches) {
    await deps.rehash({ account, password: request.password, from: request.from });
    return account;
  }
  await deps.audit.record(failure(account, matches, deps, request));
  throw new ProblemError('invalid_credentials');
}

function failure(account: Account | undefined, matches: boolean, deps: SignInDeps, request: SignInRequest): AuditEvent {
  const nowMs = deps.clock();
  const common = { type: 'sign_in.failed', nowMs, from: request.from } as const;
  if (!account) return strangerEvent({ ...common, target: 'address', reason: 'unknown_address' });
  return accountEvent(account, { ...common, reason: refusalReason(account, matches) });
}

function refusalReason(account: Account, matches: boolean): string {
  if (!matches) return 'wrong_password';
  return account.status === 'active' ? 'address_unverified' : 'account_disabled';
}
