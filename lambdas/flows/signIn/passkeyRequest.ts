import type { Account } from '../../core/accounts/account.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import { type CredentialDescriptor, descriptorOf, type FactorSet, isPasskey } from '../../core/factors/factor.ts';
import { makeChallenge } from '../../core/factors/webauthnChallenge.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import { readMfaToken } from './signInWithSecondFactor.ts';

export interface PasskeyRequestDeps {
  readonly accounts: { find(sub: string): Promise<Account | undefined> };
  readonly factors: { read(sub: string): Promise<FactorSet> };
  readonly credentialKeys: { current(): Promise<MacKey>; find(kid: string): Promise<MacKey | undefined> };
  readonly webauthn: {
    requestOptions(input: {
      challenge: Uint8Array<ArrayBuffer>;
      allow: readonly CredentialDescriptor[];
      userVerification: 'required' | 'preferred';
    }): Promise<object>;
  };
  readonly clock: Clock;
}

/**
 * What a browser asks an authenticator to sign (WebAuthn Level 3 §5.5). After a password (`mfa_token`) any of the subject's
 * passkeys will do; without one the authenticator finds a credential itself, and has to verify its user.
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
    challenge: makeChallenge({ purpose: 'second-factor', mfaTokenId: token.id }, now, key),
    allow: factors.filter(isPasskey).map(descriptorOf),
    userVerification: 'preferred',
  });
}
