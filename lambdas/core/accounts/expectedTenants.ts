import type { Account } from './account.ts';

type InTenant = Pick<Account, 'sub' | 'tenantId'>;

/**
 * Which tenants accounts are taken to be of, before anything is read. Whoever writes by it writes under a condition.
 */
export interface ExpectedTenants {
  of(sub: string): string;
  seen(account: InTenant): void;
}

/** The deployment's own tenant, but for accounts that were seen in another; of so many it remembers the last. */
export function createExpectedTenants(defaultTenant: string, most = 10_000): ExpectedTenants {
  const others = new Map<string, string>();
  return {
    of: (sub) => others.get(sub) ?? defaultTenant,
    seen({ sub, tenantId }) {
      others.delete(sub);
      if (tenantId === defaultTenant) return;
      others.set(sub, tenantId);
      const [oldest] = others.keys();
      if (others.size > most && oldest !== undefined) others.delete(oldest);
    },
  };
}
