/** Why a URL from outside was not called, or its answer not taken. */
export type OutboundReason =
  | 'url'
  | 'scheme'
  | 'userinfo'
  | 'port'
  | 'host'
  | 'address'
  | 'redirect'
  | 'encoding'
  | 'too_large'
  | 'timeout'
  | 'unreachable';

/**
 * `unreachable` and `timeout` may be temporary; the other reasons are permanent. The URL is not in the message: it may
 * hold a secret.
 */
export class OutboundRefused extends Error {
  readonly reason: OutboundReason;

  constructor(reason: OutboundReason, options?: ErrorOptions) {
    super(`outbound request refused: ${reason}`, options);
    this.name = 'OutboundRefused';
    this.reason = reason;
  }
}
