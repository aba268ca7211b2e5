import type { Assertion } from '../../contract/webauthn.ts';
import { strangerEvent } from '../../core/audit/auditEvent.ts';
import type { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { passkeyAuthentication } from '../../core/sessions/authentication.ts';
import type { IssuedTokens } from '../../core/sessions/delivery.ts';
import { proveFactor, subOfUserHandle } from '../factors/proveFactor.ts';
import { enforceLimit } from '../steps/enforceLimit.ts';
import {
  completeFactorSignIn,
  type FactorSignInDeps,
  type FactorSignInRequest,
  factorRefusal,
  wrongFactor,
} from './completeFactorSignIn.ts';
import { prepareIssuing } from './completeSignIn.ts';
import { knownDevice } from './knownDevice.ts';

/**
 * Signs in with a passkey alone: the credential names its subject, and the device has verified its user.
 *
 * @throws ProblemError `invalid_credentials`, `rate_limited`, `unavailable`.
 */
export async function signInWithPasskey(
  deps: FactorSignInDeps,
  request: FactorSignInRequest & { readonly credential: Assertion; readonly deviceToken: string | undefined },
): Promise<IssuedTokens> {
  const issuing = await prepareIssuing(deps);
  const { credential, from } = request;
  const attempts = [await enforceLimit(deps, { ...limitFor('signInPerAddress', from), from })];
  const sub = subOfUserHandle(credential.response.userHandle);
  const [account, set] = sub ? await Promise.all([deps.accounts.find(sub), deps.factors.read(sub)]) : [];
  if (!account || !set) throw await strangerRefusal(deps, from);
  if (account.status !== 'active') throw await factorRefusal(deps, account, { refused: 'account_disabled' }, from);
  const demand = { purpose: { purpose: 'alone' }, userVerification: true } as const;
  const proven = await proveFactor(deps, { sub: account.sub, set }, { method: 'webauthn', credential }, demand);
  if ('refused' in proven) throw await factorRefusal(deps, account, proven, from);
  await enforceLimit(deps, { ...limitFor('provenSignInPerAccount', account), from, account });
  const device = await knownDevice(deps, account, request.deviceToken);
  const authentication = passkeyAuthentication;
  return completeFactorSignIn(deps, {
    account,
    authentication,
    device,
    issuing,
    attempts,
    proven,
    singleUses: [],
    request,
  });
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
