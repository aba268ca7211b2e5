import type { Assertion } from '../../contract/webauthn.ts';
import type { Account } from '../../core/accounts/account.ts';
import { strangerEvent, subjectRefusal } from '../../core/audit/auditEvent.ts';
import type { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { passkeyId } from '../../core/factors/factor.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { passkeyAuthentication } from '../../core/sessions/authentication.ts';
import type { IssuedTokens } from '../../core/sessions/delivery.ts';
import { hashDeviceSecret, readDeviceToken } from '../../core/sessions/deviceToken.ts';
import { proveFactor, subOfUserHandle } from '../factors/proveFactor.ts';
import { enforceLimit } from '../steps/enforceLimit.ts';
import { knownDevice } from '../steps/knownDevice.ts';
import {
  completeFactorSignIn,
  type FactorSignInDeps,
  type FactorSignInRequest,
  wrongFactor,
} from './completeFactorSignIn.ts';
import { prepareIssuing } from './completeSignIn.ts';
import { countPasskeyAttempt } from './countSignIn.ts';

/**
 * Signs in with a passkey alone: the credential names its subject, and the authenticator has verified its user. We look
 * for a known device before we count the source address: no stranger behind the same address shuts it out.
 *
 * @throws ProblemError `invalid_credentials`, `rate_limited`, `unavailable`.
 */
export async function signInWithPasskey(
  deps: FactorSignInDeps,
  request: FactorSignInRequest & { readonly credential: Assertion },
): Promise<IssuedTokens> {
  const issuing = await prepareIssuing(deps);
  const { credential, from } = request;
  const sub = subOfUserHandle(credential.response.userHandle);
  const brought = readDeviceToken(request.deviceToken);
  const found = await deps.accountsOnDevices.find(sub, hashDeviceSecret(brought.id));
  const { account, pairs } = found;
  const device = await knownDevice(deps, found, brought);
  const { receipts: attempts, device: known } = await countPasskeyAttempt(deps, { device, from });
  if (!account) throw await strangerRefusal(deps, from);
  if (account.status !== 'active') throw await passkeyRefusal(deps, account, 'account_disabled', from);
  const set = await deps.factors.read(account.sub);
  const demands = [{ purpose: { purpose: 'alone' }, userVerification: true }] as const;
  const proven = await proveFactor(deps, { sub: account.sub, set }, { method: 'webauthn', credential }, demands);
  if ('refused' in proven) throw await passkeyRefusal(deps, account, proven.refused, from);
  const passkey = { sub: account.sub, factorId: passkeyId(credential.id) };
  await enforceLimit(deps, { ...limitFor('provenSignInPerPasskey', passkey), from, account });
  const authentication = passkeyAuthentication;
  return completeFactorSignIn(deps, {
    account,
    authentication,
    device: { brought, pairs, known },
    issuing,
    attempts,
    proven,
    singleUses: [],
    request,
  });
}

/**
 * The refusal, once it is recorded: one event an account, reason and minute. No count of the account bounds what
 * anybody who knows a `sub` may send.
 */
async function passkeyRefusal(
  deps: FactorSignInDeps,
  account: Account,
  reason: string,
  from: RequestSource,
): Promise<ProblemError> {
  await deps.audit.record(subjectRefusal(account, { type: 'sign_in.failed', nowMs: deps.clock(), from, reason }));
  return wrongFactor();
}

/** The same refusal for a passkey that names no account. */
async function strangerRefusal(deps: FactorSignInDeps, from: RequestSource): Promise<ProblemError> {
  await deps.audit.record(
    strangerEvent({
      type: 'sign_in.failed',
      nowMs: deps.clock(),
      from,
      target: 'factor',
      reason: 'unknown_passkey',
    }),
  );
  return wrongFactor();
}
