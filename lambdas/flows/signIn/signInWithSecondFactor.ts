import type { Account } from '../../core/accounts/account.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import { type MfaToken, maxMfaAttempts, mfaTokenHolds, openMfaToken } from '../../core/factors/mfaToken.ts';
import { passwordAuthentication, withSecondFactor } from '../../core/sessions/authentication.ts';
import type { IssuedTokens } from '../../core/sessions/delivery.ts';
import { hashDeviceSecret, readDeviceToken } from '../../core/sessions/deviceToken.ts';
import { type FactorProof, proveFactor } from '../factors/proveFactor.ts';
import { knownDevice } from '../steps/knownDevice.ts';
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
  const token = await openToken(deps, request.mfaToken);
  const brought = readDeviceToken(request.delivery.by === 'cookie' ? request.deviceToken : token.deviceToken);
  const found = await deps.accountsOnDevices.find(token.sub, hashDeviceSecret(brought.id));
  const account = requireHolding(token, found.account);
  if (!(await deps.attempts.count(token, maxMfaAttempts))) throw refusedMfaToken();
  const { method } = request.proof;
  const device = await knownDevice(deps, found, brought);
  // One whose count was used up before the code is an unknown one still.
  const pairId = device?.pairId === token.pairId ? device?.pairId : undefined;
  const counted = await countSecondFactor(deps, { account, pairId, method, from: request.from });
  const known = counted.pairId === undefined ? undefined : device;
  const subject = { sub: account.sub, set: await deps.factors.read(account.sub) };
  const proven = await proveFactor(deps, subject, request.proof, [
    { purpose: afterPassword(token), userVerification: false },
  ]);
  if ('refused' in proven) {
    if (method !== 'webauthn') await tellOfWrongCode(deps, account, request.from);
    throw await factorRefusal(deps, account, proven, request.from);
  }
  return completeFactorSignIn(deps, {
    account,
    authentication: withSecondFactor(passwordAuthentication.amr, proven.proof),
    device: { brought, pairs: found.pairs, known },
    issuing,
    attempts: counted.receipts,
    proven,
    singleUses: [{ kind: 'mfa', id: token.id, expiresAt: token.expiresAt }],
    request,
  });
}

/** What a passkey signs after the password that a token proves. */
export function afterPassword({ id: mfaTokenId, sub, credentialsChangedAt }: MfaToken) {
  return { purpose: 'after-password', sub, credentialsChangedAt, mfaTokenId } as const;
}

/**
 * What an `mfa_token` says, and the account it holds of.
 *
 * @throws ProblemError `invalid_token` (400).
 */
export async function readMfaToken(
  deps: Pick<FactorSignInDeps, 'credentialKeys' | 'clock'> & { readonly accounts: Pick<Accounts, 'find'> },
  text: string,
): Promise<{ readonly token: MfaToken; readonly account: Account }> {
  const token = await openToken(deps, text);
  return { token, account: requireHolding(token, await deps.accounts.find(token.sub)) };
}

async function openToken(deps: Pick<FactorSignInDeps, 'credentialKeys' | 'clock'>, text: string): Promise<MfaToken> {
  const nowSeconds = epochSeconds(deps.clock);
  const token = await openMfaToken(text, { nowSeconds, find: (kid) => deps.credentialKeys.find(kid) });
  if (!token) throw refusedMfaToken();
  return token;
}

function requireHolding(token: MfaToken, account: Account | undefined): Account {
  if (!account || !mfaTokenHolds(token, account)) throw refusedMfaToken();
  return account;
}

function refusedMfaToken(): ProblemError {
  return new ProblemError('invalid_token', {
    status: 400,
    detail: 'The token of the second factor was used, or has expired: sign in with the password again',
  });
}
