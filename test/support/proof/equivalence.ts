/** A confidence interval of a median, from the ranks of the sample: it holds for any distribution. */
interface Interval {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export interface Comparison extends Interval {
  readonly name: string;
  readonly samples: number;
  /** Median. */
  readonly unitMs: number;
  /** `undecided`: the sample does not tell, after all the rounds there were. */
  readonly verdict: 'equal' | 'different' | 'undecided';
}

/** Normal quantile of 99.9 %, two-sided. */
const quantile = 3.29;
const roundsAtOnce = 40;

/**
 * Compares how long things take with how long the first of them takes. Each round times each of them once, in random
 * order. The rounds end when the medians of the differences are known to lie within a share of the time of a unit, or
 * beyond it. The unit is timed in the same rounds, so a busy machine needs more rounds and gives the same verdict.
 *
 * @returns differences, and the intervals of their medians, as shares of the unit's median
 */
export async function compareTimes<T extends { readonly name: string }>(
  things: readonly T[],
  measure: (thing: T) => Promise<number>,
  options: { readonly unit: () => Promise<number>; readonly tolerance: number; readonly mostRounds: number },
): Promise<readonly Comparison[]> {
  const [first, ...others] = things;
  if (!first) throw new Error('there is nothing to compare');
  const { unit, tolerance, mostRounds } = options;
  const units: number[] = [];
  const differences = new Map(others.map(({ name }) => [name, [] as number[]]));
  for (let round = 1; ; round++) {
    units.push(await unit());
    const times = new Map<string, number>();
    for (const thing of shuffled(things)) times.set(thing.name, await measure(thing));
    for (const [name, all] of differences)
      all.push((times.get(name) ?? Number.NaN) - (times.get(first.name) ?? Number.NaN));
    if (round % roundsAtOnce !== 0) continue;
    const unitMs = medianInterval(units).median;
    const comparisons = [...differences].map(([name, all]) => {
      const shares = all.map((difference) => difference / unitMs);
      return { name, samples: round, unitMs, ...judged(shares, tolerance) };
    });
    if (round >= mostRounds || comparisons.every(({ verdict }) => verdict !== 'undecided')) return comparisons;
  }
}

function judged(differences: readonly number[], bound: number): Interval & Pick<Comparison, 'verdict'> {
  const { low, median, high } = medianInterval(differences);
  if (low > -bound && high < bound) return { low, median, high, verdict: 'equal' };
  return { low, median, high, verdict: low > bound || high < -bound ? 'different' : 'undecided' };
}

export function medianInterval(sample: readonly number[]): Interval {
  const sorted = sample.toSorted((a, b) => a - b);
  const reach = (quantile * Math.sqrt(sorted.length)) / 2;
  const at = (rank: number) => sorted[Math.max(0, Math.min(sorted.length - 1, Math.round(rank)))] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return { low: at(middle - reach), median: at(middle), high: at(middle + reach) };
}

function shuffled<T>(things: readonly T[]): T[] {
  return things
    .map((thing) => ({ thing, lot: Math.random() }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ thing }) => thing);
}
