import type { RejectionReason } from '../../contract/rejectionReasons.ts';

/** The error of every credential that is refused. */
export class TokenRejected extends Error {
  readonly reason: RejectionReason;
  /** The `kid` the token claimed, unverified. */
  readonly kid: string | undefined;

  constructor(reason: RejectionReason, kid?: string) {
    super(`token rejected: ${reason}`);
    this.name = 'TokenRejected';
    this.reason = reason;
    this.kid = kid;
  }
}
