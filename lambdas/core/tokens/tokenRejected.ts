/** Why a request's credential is refused: for the log and the metric only, the caller learns nothing but 401. */
export type RejectionReason =
  | 'no_route'
  | 'no_credential'
  | 'many_credentials'
  | 'scheme'
  | 'too_large'
  | 'malformed'
  | 'encoding'
  | 'json'
  | 'header'
  | 'type'
  | 'algorithm'
  | 'unknown_key'
  | 'signature'
  | 'claims'
  | 'issuer'
  | 'audience'
  | 'lifetime'
  | 'expired'
  | 'not_yet_valid'
  | 'revoked_sid'
  | 'revoked_jti'
  | 'revoked_kid'
  | 'revoked_sub'
  | 'revoked_client_id'
  | 'session_cookie'
  | 'session_unknown'
  | 'session_ended';

/** The one class of error for every credential that is not good. */
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
