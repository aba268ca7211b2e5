/** An authenticator app that its owner has begun to enrol, and not yet confirmed by a code. */
export interface TotpEnrolment {
  readonly id: string;
  readonly sealedSecret: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}
