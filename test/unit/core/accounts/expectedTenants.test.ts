import { expect, it } from 'vitest';
import { createExpectedTenants } from '../../../../lambdas/core/accounts/expectedTenants.ts';

it('an account is taken to be of the deployment’s tenant until it is seen in another', () => {
  const tenants = createExpectedTenants('default');
  expect(tenants.of('alice')).toBe('default');
  tenants.seen({ sub: 'alice', tenantId: 'acme' });
  expect([tenants.of('alice'), tenants.of('bob')]).toEqual(['acme', 'default']);
  tenants.seen({ sub: 'alice', tenantId: 'default' });
  expect(tenants.of('alice')).toBe('default');
});

it('no more accounts are remembered than were asked for, the last ones', () => {
  const tenants = createExpectedTenants('default', 2);
  for (const sub of ['alice', 'bob', 'alice', 'carol']) tenants.seen({ sub, tenantId: 'acme' });
  expect(['alice', 'bob', 'carol'].map((sub) => tenants.of(sub))).toEqual(['acme', 'default', 'acme']);
});
