/** One of those that are compared. */
export interface Contestant {
  readonly name: string;
  /** Measures once, for a fraction of a second to a few, and returns the figure. */
  measure(): number | Promise<number>;
}

export const leastRounds = 10;

/**
 * Measures each contestant once in every round, in a random order: what comes over the machine, or is left behind by a
 * neighbour, falls on all alike. A round before the first warms up and counts for nothing.
 *
 * @returns the figures of each contestant, in the order of the rounds.
 * @throws Error with fewer than 10 rounds, or when two have one name.
 */
export async function inRounds(
  contestants: readonly Contestant[],
  options: {
    readonly rounds?: number;
    /** From 0 to 1. */
    readonly random?: () => number;
    readonly onRound?: (round: number, of: number) => void;
  } = {},
): Promise<ReadonlyMap<string, readonly number[]>> {
  const { rounds = leastRounds, random = Math.random, onRound } = options;
  if (rounds < leastRounds) throw new Error(`${rounds} rounds, of ${leastRounds} at least`);
  const figures = new Map(contestants.map(({ name }): [string, number[]] => [name, []]));
  if (figures.size < contestants.length) throw new Error('two contestants have one name');
  for (let round = 0; round <= rounds; round += 1) {
    onRound?.(round, rounds);
    for (const { name, measure } of shuffled(contestants, random)) {
      const figure = await measure();
      if (round > 0) figures.get(name)?.push(figure);
    }
  }
  return figures;
}

/** Fisher and Yates: every order is as likely. */
function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const left = [...values];
  const order: T[] = [];
  while (left.length > 0) order.push(...left.splice(Math.floor(random() * left.length), 1));
  return order;
}
