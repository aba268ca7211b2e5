/** An authenticator app that its owner has begun to enrol, and not yet confirmed by a code. */
export interface TotpEnrolment {
  readonly id: string;
  /** The session that began it, in which alone it can be confirmed; undefined for one of the release before. */
  readonly sid: string | undefined;
  readonly sealedSecret: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}
