/** Values in order of size, and what lies in the middle of them. */
export interface Summary {
  readonly median: number;
  /** The middle half of the values lies between them: the spread, whatever one disturbed round did. */
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
}

/** @throws Error without values, or with one that is no number. */
export function summaryOf(values: readonly number[]): Summary {
  if (values.length === 0 || values.some(Number.isNaN)) throw new Error('no figures to sum up');
  const sorted = values.toSorted((one, other) => one - other);
  return {
    median: quantile(sorted, 0.5),
    lowerQuartile: quantile(sorted, 0.25),
    upperQuartile: quantile(sorted, 0.75),
  };
}

/**
 * The median of the ratios round by round. What disturbs the machine disturbs the neighbours in a round alike, so that
 * this is steadier than the ratio of two medians.
 *
 * @throws Error when the rounds are not the same ones.
 */
export function ratioOf(values: readonly number[], to: readonly number[]): number {
  if (values.length !== to.length) throw new Error('a ratio needs the same rounds on both sides');
  return summaryOf(values.map((value, round) => value / (to[round] ?? Number.NaN))).median;
}

/** Interpolates between the two values beside the place. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place % 1);
}
