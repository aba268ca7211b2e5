/** How strongly somebody signed in (NIST SP 800-63B-4 §2): one factor, or two different ones. */
export type AuthenticationLevel = 'aal1' | 'aal2';

/** How somebody signed in: the methods (RFC 8176 §2) and the level they amount to. */
export interface Authentication {
  readonly amr: readonly string[];
  readonly acr: AuthenticationLevel;
}

export const passwordAuthentication: Authentication = { amr: ['pwd'], acr: 'aal1' };
