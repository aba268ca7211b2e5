import type { Account } from '../../core/accounts/account.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import { type MfaToken, maxMfaAttempts, mfaTokenHolds, openMfaToken } from '../../core/factors/mfaToken.ts';
import { passwordAuthentication, withSecondFactor } from '../../core/sessions/authentication.ts';
import type { IssuedTokens } from '../../core/sessions/delivery.ts';
import { type FactorProof, proveFactor } from '../factors/proveFactor.ts';
import {
  completeFactorSignIn,
  type FactorSignInDeps,
  type FactorSignInRequest,
  factorRefusal,
} from './completeFactorSignIn.ts';
import { prepareIssuing } from './completeSignIn.ts';
import { countSecondFactor } from './countSecondFactor.ts';
import { tellOfWrongCode, type WrongCodeDeps } from './wrongCodes.ts';

/**
 * Goes on with a sign-in whose password was right: the second factor.
 *
 * The attempt is counted before the proof is looked at, by the token and, where it can be guessed, by the account; a
 * known device has a count of its own, so that nobody who has the password locks the owner out. The session, the use of
 * the factor and that of the token are one transaction.
 *
 * @throws ProblemError `invalid_token` (400) for a token that is forged, expired, used up, or of an account that has
 * changed; `invalid_credentials`; `rate_limited`; `unavailable`.
 */
export async function signInWithSecondFactor(
  deps: FactorSignInDeps & WrongCodeDeps,
  request: FactorSignInRequest & { readonly mfaToken: string; readonly proof: FactorProof },
): Promise<IssuedTokens> {
  const issuing = await prepareIssuing(deps);
  const { token, account } = await readMfaToken(deps, request.mfaToken);
  if (!(await deps.attempts.count(token, maxMfaAttempts))) throw refusedMfaToken();
  const { method } = request.proof;
  const { receipts: attempts, deviceId } = await countSecondFactor(deps, {
    token,
    account,
    method,
    from: request.from,
  });
  const subject = { sub: account.sub, set: await deps.factors.read(account.sub) };
  const purpose = { purpose: 'second-factor', mfaTokenId: token.id } as const;
  const proven = await proveFactor(deps, subject, request.proof, { purpose, userVerification: false });
  if ('refused' in proven) {
    if (method !== 'webauthn') await tellOfWrongCode(deps, account, request.from);
    throw await factorRefusal(deps, account, proven, request.from);
  }
  return completeFactorSignIn(deps, {
    account,
    authentication: withSecondFactor(passwordAuthentication.amr, proven.proof),
    device: deviceId === undefined ? undefined : { deviceId },
    issuing,
    attempts,
    proven,
    singleUses: [{ kind: 'mfa', id: token.id, expiresAt: token.expiresAt }],
    request,
  });
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

function refusedMfaToken(): ProblemError {
  return new ProblemError('invalid_token', {
    status: 400,
    detail: 'The token of the second factor was used, or has expired: sign in with the password again',
  });
}
