import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCommonPasswords } from '../../../../lambdas/clients/passwords/commonPasswords.ts';
import { createPasswordPolicy } from '../../../../lambdas/core/passwords/passwordPolicy.ts';
import { commonPasswords } from '../../../../lib/bundle/commonPasswords.ts';

const root = resolve(import.meta.dirname, '../../../..');

describe('the policy', () => {
  const input = { password: 'passwordpassword', email: 'ada@example.com' };

  it('L14 refuses a common password, by the name that the request gives it', async () => {
    const policy = createPasswordPolicy({
      minimumLength: 15,
      commonPasswords: createCommonPasswords(commonPasswords(root)),
    });
    const refused = { message: expect.stringContaining('most common') };
    expect(await policy.check(input)).toEqual([{ field: 'password', ...refused }]);
    expect(await policy.check({ ...input, field: 'new_password' })).toEqual([{ field: 'new_password', ...refused }]);
    expect(await policy.check({ ...input, password: 'passwordpassage' })).toEqual([]);
  });

  it('fails closed without its list', async () => {
    const missing = createPasswordPolicy({ minimumLength: 15, commonPasswords: createCommonPasswords('/nowhere') });
    for (let i = 0; i < 2; i++) await expect(missing.check(input)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
