import { type Account, issuedAtAfterCut } from '../accounts/account.ts';
import type { Session } from './session.ts';

/** What an access token says of the session and the account that it was issued for (RFC 9068 §2.2). */
export interface SessionClaims {
  /** Epoch seconds. */
  readonly iat: number;
  readonly sub: string;
  readonly sid: string;
  readonly client_id: string;
  readonly scope: string;
  readonly roles: readonly string[];
  readonly tenant_id: string;
  /** Epoch seconds. */
  readonly auth_time: number;
  readonly amr: readonly string[];
  readonly acr: string;
}

/** @param takenAt epoch seconds, taken before the account was read. */
export function sessionClaims(session: Session, account: Account, takenAt: number): SessionClaims {
  return {
    iat: issuedAtAfterCut(takenAt, account),
    sub: account.sub,
    sid: session.sid,
    client_id: session.clientId,
    scope: session.scope,
    roles: [...account.roles],
    tenant_id: account.tenantId,
    auth_time: session.authTime,
    amr: [...session.amr],
    acr: session.acr,
  };
}
