import { ratioOf, type Summary, summaryOf } from './statistics.ts';

/** A figure that was measured in every round. */
export interface Figure extends Summary {
  /** What was measured; of a peer, with its version. */
  readonly name: string;
  readonly rounds: readonly number[];
}

/** Figures of one unit, which one run has measured in the same rounds. */
export interface FigureGroup {
  readonly title: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly figures: readonly Figure[];
}

/** What has to hold. `value` is a ratio, or a number of what the claim names. */
export interface Bar {
  readonly claim: string;
  readonly value: number;
  readonly is: 'at least' | 'at most';
  readonly bar: number;
}

/** A file of `bench/` that is run by its name measures one part. */
export interface Part {
  readonly title: string;
  run(options: PartOptions): Promise<PartFigures>;
}

export interface PartOptions {
  readonly rounds: number;
  /** Says how far the part has come, on standard error. */
  progress(line: string): void;
}

export interface PartFigures {
  readonly groups: readonly FigureGroup[];
  readonly bars: readonly Bar[];
  /** What a reader of the figures has to know. */
  readonly notes?: readonly string[];
}

export function figureGroup(
  about: Omit<FigureGroup, 'figures'>,
  measured: ReadonlyMap<string, readonly number[]>,
): FigureGroup {
  const figures = [...measured].map(([name, rounds]) => ({ name, ...summaryOf(rounds), rounds }));
  return { ...about, figures };
}

/** The ratio of two figures of a group, by the rounds in which both were measured. */
export function ratioIn(group: FigureGroup, name: string, to: string): number {
  return ratioOf(roundsOf(group, name), roundsOf(group, to));
}

export function holds({ value, is, bar }: Bar): boolean {
  return is === 'at least' ? value >= bar : value <= bar;
}

function roundsOf({ title, figures }: FigureGroup, name: string): readonly number[] {
  const figure = figures.find((one) => one.name === name);
  if (!figure) throw new Error(`${title}: ${name} was not measured`);
  return figure.rounds;
}
