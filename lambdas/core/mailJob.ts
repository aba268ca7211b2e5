/** A mail that is to be sent. A token is not in it: the mailer derives it, so that the outbox alone opens nothing. */
export type MailJob = VerifyEmailJob | AlreadyRegisteredJob;

interface JobBase {
  readonly jobId: string;
  /** Normalised address. */
  readonly to: string;
  /** Epoch seconds, after which the mail is of no use and is not sent. */
  readonly expiresAt: number;
}

interface VerifyEmailJob extends JobBase {
  readonly template: 'verify-email';
  readonly nonce: string;
  /** The mail key that the token's stored hash was made under. */
  readonly kid: string;
}

/** Tells an owner that somebody tried to register with their address again. */
interface AlreadyRegisteredJob extends JobBase {
  readonly template: 'already-registered';
}
