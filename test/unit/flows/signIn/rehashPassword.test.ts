import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../../lambdas/contract/auditEvents.ts';
import type { PasswordHashes } from '../../../../lambdas/core/passwords/ports.ts';
import { createRehash } from '../../../../lambdas/flows/signIn/rehashPassword.ts';
import { from, testAccount } from '../../../support/worlds/world.ts';

function setUp(change: Partial<PasswordHashes> = {}) {
  const replaced: { from: string; to: string; event: AuditEvent }[] = [];
  const failures: unknown[] = [];
  const rehash = createRehash({
    hasher: {
      needsRehash: async (hash) => hash !== 'ours',
      hash: async (password) => `hash of ${password}`,
    },
    passwordHashes: {
      replace: async (input) => {
        replaced.push(input);
        return true;
      },
      ...change,
    },
    clock: () => 1_800_000_000_000,
    failed: (error) => failures.push(error),
  });
  return { rehash, replaced, failures };
}

describe('after a right password', () => {
  it.each([
    ['weak', 'parameters'],
    ['imported:$2b$10$x', 'imported'],
  ])('%s becomes a hash of our own, with its event', async (passwordHash, reason) => {
    const { rehash, replaced } = setUp();
    const account = testAccount({ passwordHash });
    await rehash({ account, password: 'p', from });
    expect(replaced).toMatchObject([{ sub: account.sub, from: passwordHash, to: 'hash of p' }]);
    expect(replaced[0]?.event).toMatchObject({ type: 'password.rehashed', reason, target: { id: account.sub } });
    expect(JSON.stringify(replaced[0]?.event)).not.toMatch(/hash of|imported:|weak/);
  });

  it.each(['ours', undefined])('nothing is written for %s', async (passwordHash) => {
    const { rehash, replaced } = setUp();
    await rehash({ account: testAccount({ passwordHash }), password: 'p', from });
    expect(replaced).toEqual([]);
  });

  it('a failure is told and fails nothing', async () => {
    const gone = new Error('table is gone');
    const { rehash, failures } = setUp({ replace: () => Promise.reject(gone) });
    await rehash({ account: testAccount({ passwordHash: 'weak' }), password: 'p', from });
    expect(failures).toEqual([gone]);
  });
});
