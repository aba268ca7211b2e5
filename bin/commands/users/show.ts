import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { instant } from '../support/output.ts';

/** An account as it is shown, without what only the deployment needs. */
export function accountView(account: Account) {
  return {
    sub: account.sub,
    email: account.email,
    email_verified: account.emailVerified,
    status: account.status,
    tenant_id: account.tenantId,
    roles: account.roles,
    created_at: instant(account.createdAt),
  };
}
