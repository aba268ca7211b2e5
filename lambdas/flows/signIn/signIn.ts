import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../../core/accounts/account.ts';
import { accountEvent, strangerEvent } from '../../core/audit/auditEvent.ts';
import { normalizeEmailAddress } from '../../core/common/emailAddress.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import type { LimitRefunds } from '../../core/limits/ports.ts';
import type { PasswordHasher } from '../../core/passwords/ports.ts';
import { passwordAuthentication } from '../../core/sessions/authentication.ts';
import type { IssuedTokens, SignInDelivery } from '../../core/sessions/delivery.ts';
import { hashDeviceSecret, readDeviceToken } from '../../core/sessions/deviceToken.ts';
import type { AccountsOnDevices, SessionStarts } from '../../core/sessions/ports.ts';
import type { EnforceLimitDeps } from '../steps/enforceLimit.ts';
import { knownDevice } from '../steps/knownDevice.ts';
import { completeSignIn, type IssuingDeps, prepareIssuing } from './completeSignIn.ts';
import { countPasswordAttempt, countProvenPassword } from './countSignIn.ts';
import type { Rehash } from './rehashPassword.ts';
import { secondFactorDemand } from './secondFactorDemand.ts';

export interface SignInDeps extends IssuingDeps, EnforceLimitDeps {
  readonly accountsOnDevices: Pick<AccountsOnDevices, 'findByEmail'>;
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
 * have limits of their own.
 *
 * @throws ProblemError `invalid_credentials`; `mfa_required` where the account has a second factor; `rate_limited`,
 * `unavailable`.
 */
export async function signIn(deps: SignInDeps, request: SignInRequest): Promise<IssuedTokens> {
  const issuing = await prepareIssuing(deps);
  const brought = readDeviceToken(request.deviceToken);
  const email = normalizeEmailAddress(request.email);
  const found = await deps.accountsOnDevices.findByEmail(email ?? '', hashDeviceSecret(brought.id));
  const { account, pairs } = found;
  const { credentialKey: key } = issuing;
  const { from, delivery } = request;
  const attempt = await countPasswordAttempt(deps, {
    email: email ?? request.email,
    account,
    device: await knownDevice(deps, found, brought),
    credentialKey: key,
    from,
  });
  const proven = await authenticateByPassword(deps, account, request);
  const known = await countProvenPassword(deps, { account: proven, device: attempt.device, from });
  const device = { brought, pairs, known };
  await deps.limitRefunds.refund(attempt.receipts);
  if (proven.factorMethods.length > 0) {
    throw await secondFactorDemand(deps, { account: proven, device, delivery: delivery.by, key, from });
  }
  return completeSignIn(deps, {
    account: proven,
    authentication: passwordAuthentication,
    issuing,
    start: (input) => deps.sessions.start(input),
    device,
    from,
    delivery,
  });
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
