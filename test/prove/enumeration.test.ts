import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Comparison, compareTimes } from '../support/proof/equivalence.ts';
import { writeProof } from '../support/proof/proof.ts';
import {
  faultyBuilds,
  findDifferences,
  type Refusable,
  type SignInUnderTest,
  signInUnderTest,
} from '../support/worlds/enumeration.ts';
import { testHasher } from '../support/worlds/world.ts';

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

/** Of the time of one hash. */
const tolerance = 0.05;
const mostRounds = 4000;
const figures: Record<string, unknown> = { tolerance_of_one_hash: tolerance };

/** The sign-in's own work, on tables in memory: what it adds to the time that tables take, which is theirs. */
describe('L01 L02 sign-ins that are refused', () => {
  const hasher = testHasher();
  let hash: string;
  beforeAll(async () => {
    hash = await hasher.hash('a password');
  });

  const oneHash = async () => {
    const begun = performance.now();
    await hasher.verify(hash, 'a guess');
    return performance.now() - begun;
  };

  const compare = async (signIn: SignInUnderTest) => {
    for (let i = 0; i < 30; i++) for (const one of signIn.cases) await signIn.attempt(one);
    const timed = async (one: Refusable) => (await signIn.attempt(one)).milliseconds;
    return compareTimes(signIn.cases, timed, { unit: oneHash, tolerance, mostRounds });
  };

  const shown = (comparisons: readonly Comparison[]) =>
    comparisons.map(({ name, samples, unitMs, low, median, high, verdict }) => {
      const percent = (share: number) => Number((100 * share).toFixed(2));
      const percents = { low: percent(low), median: percent(median), high: percent(high) };
      return { name, samples, verdict, hash_ms: Number(unitMs.toFixed(2)), percent_of_a_hash: percents };
    });

  it('differ in their median time by less than 5 % of one hash', async () => {
    const signIn = await signInUnderTest(hashes);
    expect(await findDifferences(signIn)).toEqual([]);
    const comparisons = await compare(signIn);
    figures['refusals'] = shown(comparisons);
    expect(new Set(comparisons.map(({ verdict }) => verdict))).toEqual(new Set(['equal']));
  });

  it.each(Object.entries(faultyBuilds))('are told apart in a build %s', async (name, { build, tells }) => {
    const signIn = await signInUnderTest(hashes, build);
    expect(await findDifferences(signIn)).toContainEqual(expect.stringMatching(tells));
    if (!name.includes('dummy hash')) return;
    const comparisons = await compare(signIn);
    figures['without_the_dummy_hash'] = shown(comparisons);
    expect(comparisons.find((one) => one.name === 'unknown address')?.verdict).toBe('different');
    writeProof('enumeration', figures);
  });
});
