import type { Account } from '../accounts/account.ts';
import type { Principal } from './principal.ts';
import type { Session } from './session.ts';

/** The principal of a session that a cookie has opened, with the roles and the tenant that its account has now. */
export function principalOfSession(session: Session, account: Account, nowSeconds: number): Principal {
  return {
    sub: session.sub,
    sid: session.sid,
    jti: undefined,
    clientId: session.clientId,
    scope: session.scope,
    roles: account.roles,
    tenantId: account.tenantId,
    authTime: session.authTime,
    amr: session.amr,
    acr: session.acr,
    via: 'session_cookie',
    cookieHash: session.cookieHash,
    issuedAt: nowSeconds,
    expiresAt: Math.min(session.idleExpiresAt, session.absoluteExpiresAt),
  };
}
