/** How strongly somebody signed in (NIST SP 800-63B-4 §2): one factor, or two different ones. */
export type AuthenticationLevel = 'aal1' | 'aal2';

/** How somebody signed in: the methods (RFC 8176 §2) and the level they amount to. */
export interface Authentication {
  readonly amr: readonly string[];
  readonly acr: AuthenticationLevel;
}

export const passwordAuthentication: Authentication = { amr: ['pwd'], acr: 'aal1' };

/** A passkey that has verified its user is two factors by itself: the device, and what unlocks it. */
export const passkeyAuthentication: Authentication = { amr: ['hwk', 'user', 'mfa'], acr: 'aal2' };

/** What proved the second factor. A recovery code is a one-time password that was written down. */
export type SecondFactorProof =
  | { readonly method: 'totp' | 'recovery_code' }
  | { readonly method: 'webauthn'; readonly userVerified: boolean };

/**
 * A second factor, after the methods that went before it. Of those only the password stays: a factor that was proven
 * earlier would pass for one that is proven now, since `amr` is read together with `auth_time`.
 */
export function withSecondFactor(before: readonly string[], proof: SecondFactorProof): Authentication {
  const methods = proof.method === 'webauthn' ? ['hwk', ...(proof.userVerified ? ['user'] : [])] : ['otp'];
  return { amr: [...before.filter((method) => method === 'pwd'), ...methods, 'mfa'], acr: 'aal2' };
}

/** Whether the last sign-in or step-up was made by a passkey that verified its user. */
export function provenByPasskey({ amr }: Pick<Authentication, 'amr'>): boolean {
  return amr.includes('hwk') && amr.includes('user');
}
