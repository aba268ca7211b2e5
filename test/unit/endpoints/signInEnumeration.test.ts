import { describe, expect, it, vi } from 'vitest';
import { faultyBuilds, findDifferences, signInUnderTest } from '../../support/worlds/enumeration.ts';

const hashes = vi.hoisted(() => {
  Object.assign(process.env, { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' });
  return { count: 0 };
});

vi.mock('@node-rs/argon2', async (importOriginal) => {
  const real = await importOriginal<typeof import('@node-rs/argon2')>();
  const verify: typeof real.verify = (...args) => {
    hashes.count++;
    return real.verify(...args);
  };
  return { ...real, verify };
});

describe('refused sign-ins', () => {
  it('L01 L02 differ neither in work nor in answer', async () => {
    const signIn = await signInUnderTest(hashes);
    expect(await findDifferences(signIn)).toEqual([]);
    const [one] = signIn.cases;
    const refusal = await signIn.attempt(one ?? expect.unreachable());
    expect(refusal).toMatchObject({ status: 401, hashes: 1 });
    expect(refusal.calls).toEqual([
      'UpdateItem Limits',
      'GetItem Accounts',
      'BatchGetItem Accounts',
      'BatchGetItem Devices',
      'UpdateItem Limits',
      'UpdateItem Limits',
      'PutItem AuditOutbox',
    ]);
  });

  it.each(Object.entries(faultyBuilds))('L01 a build %s is found out', async (_, { build, tells }) => {
    const differences = await findDifferences(await signInUnderTest(hashes, build));
    expect(differences).toContainEqual(expect.stringMatching(tells));
  });
});
