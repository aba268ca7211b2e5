import type { Account } from '../accounts/account.ts';
import { rfc3339 } from '../common/clock.ts';
import { unmarkImported } from '../hashes/importedHash.ts';

/**
 * An account as `users export` writes it, and `users import` reads it back: JSON, without what means nothing in another
 * deployment.
 */
export function exportRecord(account: Account) {
  const { passwordHash } = account;
  return {
    sub: account.sub,
    email: account.email,
    email_verified: account.emailVerified,
    ...(passwordHash !== undefined && { password_hash: unmarkImported(passwordHash) ?? passwordHash }),
    status: account.status,
    roles: account.roles,
    tenant_id: account.tenantId,
    created_at: rfc3339(account.createdAt),
    ...(account.factorMethods.length > 0 && { factor_methods: account.factorMethods }),
  };
}
