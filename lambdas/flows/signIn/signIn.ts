import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../../core/accounts/account.ts';
import { accountEvent, strangerEvent } from '../../core/audit/auditEvent.ts';
import { normalizeEmailAddress } from '../../core/common/emailAddress.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { together } from '../../core/common/together.ts';
import { SecondFactorRequired } from '../../core/factors/secondFactorRequired.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { LimitRefunds } from '../../core/limits/ports.ts';
import type { PasswordHasher } from '../../core/passwords/ports.ts';
import { passwordAuthentication } from '../../core/sessions/authentication.ts';
import type { IssuedTokens, SignInDelivery } from '../../core/sessions/delivery.ts';
import { type Device, readDeviceToken } from '../../core/sessions/deviceToken.ts';
import type { SessionStarts } from '../../core/sessions/ports.ts';
import { completeSignIn, type IssuingDeps, prepareIssuing } from './completeSignIn.ts';
import {
  type CountedPassword,
  type CountPasswordDeps,
  countPasswordAttempt,
  isStrange,
} from './countPasswordAttempt.ts';
import { countProvenPassword } from './countSignIn.ts';
import type { Rehash } from './rehashPassword.ts';
import { secondFactorDemand } from './secondFactorDemand.ts';

export interface SignInDeps extends IssuingDeps, CountPasswordDeps {
  readonly sessions: SessionStarts;
  readonly credentialKeys: Pick<MacKeys, 'current' | 'find' | 'all'>;
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
 * have limits of their own. What depends on nothing that is still under way goes out at once
 * (`docs/decisions/038-a-sign-in-in-three-or-four-round-trips.md`).
 *
 * @throws ProblemError `invalid_credentials`; `mfa_required` where the account has a second factor; `rate_limited`,
 * `unavailable`.
 */
export async function signIn(deps: SignInDeps, request: SignInRequest): Promise<IssuedTokens> {
  const brought = readDeviceToken(request.deviceToken);
  const email = normalizeEmailAddress(request.email);
  const { from, delivery } = request;
  const { issuing, holder, ofSource } = await begin(deps, { email, brought, from });
  const { credentialKey: key } = issuing;
  const attempt = { email: email ?? request.email, holder, brought, ofSource, key, from };
  const counted = await countPasswordAttempt(deps, attempt);
  const account = await authenticateByPassword(deps, counted, request);
  const known = counted.proven && counted.device;
  const mayBecomeKnown = known !== undefined || (await countProvenPassword(deps, { account, from }));
  const device = { brought, pairs: counted.found.pairs, known };
  const answer =
    account.factorMethods.length > 0
      ? secondFactorDemand(deps, { account, device, delivery: delivery.by, key, from })
      : completeSignIn(deps, {
          account,
          authentication: passwordAuthentication,
          issuing,
          start: (input) => deps.sessions.start(input),
          device,
          mayBecomeKnown,
          from,
          delivery,
        });
  const [answered] = await together([answer, deps.limitRefunds.refund(counted.receipts)]);
  if (answered instanceof SecondFactorRequired) throw answered;
  return answered;
}

/**
 * The keys, whose address it is, and the count of the source, unless an account may know the device. A cold container
 * fetches its keys meanwhile; without them no password is tried, since no token could be issued.
 */
async function begin(
  deps: SignInDeps,
  {
    email,
    brought,
    from,
  }: { readonly email: string | undefined; readonly brought: Device; readonly from: RequestSource },
) {
  const counting = isStrange(brought) ? deps.limits.consume(limitFor('signInPerAddress', from)) : undefined;
  try {
    const [issuing, holder, ofSource] = await together([
      prepareIssuing(deps),
      deps.accountsOnDevices.holderOf(email ?? ''),
      counting,
    ]);
    return { issuing, holder, ofSource };
  } catch (error) {
    const counted = await counting?.catch(() => undefined);
    if (counted?.admitted) await deps.limits.giveBack([counted.receipt]);
    throw error;
  }
}

/** The account, if it may sign in and the password is its own, or the one refusal there is. */
async function authenticateByPassword(
  deps: SignInDeps,
  { found: { account }, proven }: CountedPassword,
  request: SignInRequest,
): Promise<Account> {
  const matches = await deps.hasher.verify(account?.passwordHash, request.password);
  if (account?.status === 'active' && account.emailVerified && matches) {
    await deps.rehash({ account, password: request.password, from: request.from });
    return account;
  }
  await together([
    deps.audit.record(failure(account, matches, deps, request)),
    deps.limits.giveBack(proven ? [proven] : []),
  ]);
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
