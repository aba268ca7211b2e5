/** What a proof uses up of a factor. */
export type FactorUse =
  /** The time step whose code was given. */
  | { readonly method: 'totp'; readonly id: string; readonly step: number }
  /** The signature counter that was signed. */
  | { readonly method: 'webauthn'; readonly id: string; readonly counter: number }
  /** The hash of the code that was given. */
  | { readonly method: 'recovery_code'; readonly hash: string };

/** A token that may be used once. Its MAC proves it: nothing of it is stored until it is used. */
export interface SingleUse {
  readonly kind: 'mfa' | 'webauthn';
  readonly id: string;
  /** Epoch seconds, after which it is refused anyway. */
  readonly expiresAt: number;
}
