import type { Accounts } from '../../core/accounts/ports.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import { descriptorOf, isPasskey } from '../../core/factors/factor.ts';
import type { Factors, WebAuthn } from '../../core/factors/ports.ts';
import { makeChallenge } from '../../core/factors/webauthnChallenge.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { afterPassword, readMfaToken } from './signInWithSecondFactor.ts';

export interface PasskeyRequestDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly factors: Factors;
  readonly credentialKeys: Pick<MacKeys, 'current' | 'find'>;
  readonly webauthn: Pick<WebAuthn, 'requestOptions'>;
  readonly clock: Clock;
}

/**
 * What a browser asks an authenticator to sign (WebAuthn Level 3 §5.5), for a sign-in or a step-up. After a password
 * (`mfa_token`) any of the subject's passkeys will do, also a security key that cannot verify its user; without one the
 * authenticator finds a credential itself, and has to verify its user.
 *
 * @throws ProblemError `invalid_token` (400), `unavailable`.
 */
export async function requestPasskey(deps: PasskeyRequestDeps, mfaToken: string | undefined): Promise<object> {
  const key = await deps.credentialKeys.current();
  const now = epochSeconds(deps.clock);
  if (mfaToken === undefined) {
    const challenge = makeChallenge({ purpose: 'alone' }, now, key);
    return deps.webauthn.requestOptions({ challenge, allow: [], userVerification: 'required' });
  }
  const { token } = await readMfaToken(deps, mfaToken);
  const { factors } = await deps.factors.read(token.sub);
  return deps.webauthn.requestOptions({
    challenge: makeChallenge(afterPassword(token), now, key),
    allow: factors.filter(isPasskey).map(descriptorOf),
    userVerification: 'preferred',
  });
}
