import { readFileSync } from 'node:fs';
import { z } from 'zod';

const placeSchema = z.object({ name: z.string(), start: z.int(), end: z.int() });
const reportSchema = z.object({
  statistics: z.object({ total: z.object({ sources: z.int() }) }),
  duplicates: z.array(z.object({ firstFile: placeSchema, secondFile: placeSchema })),
});

export interface Duplicates {
  /** How many files were read. */
  readonly sources: number;
  /** A line for each pair. */
  readonly lines: readonly string[];
}

/** What the JSON report of jscpd says, or undefined when there is none that can be read. */
export function readDuplicates(file: string): Duplicates | undefined {
  try {
    const { statistics, duplicates } = reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    const place = ({ name, start, end }: z.infer<typeof placeSchema>) => `${name}:${start}-${end}`;
    return {
      sources: statistics.total.sources,
      lines: duplicates.map(({ firstFile, secondFile }) => `${place(firstFile)} = ${place(secondFile)}`),
    };
  } catch {
    return undefined;
  }
}
