import type { Account } from '../accounts/account.ts';
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
    created_at: new Date(account.createdAt * 1000).toISOString(),
    ...(account.factorMethods.length > 0 && { factor_methods: account.factorMethods }),
  };
}
