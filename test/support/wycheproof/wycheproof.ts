import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const folder = new URL('../../../../shared/data/wycheproof/', import.meta.url);

const jwkSchema = z.record(z.string(), z.unknown());
const groupSchema = z.object({
  comment: z.string(),
  private: jwkSchema,
  public: jwkSchema.optional(),
  tests: z.array(
    z.object({
      tcId: z.int(),
      comment: z.string(),
      result: z.enum(['valid', 'invalid']),
      jws: z.unknown().transform((jws) => (typeof jws === 'string' ? jws : JSON.stringify(jws))),
    }),
  ),
});
const fileSchema = z.object({ numberOfTests: z.int(), testGroups: z.array(groupSchema) });

export type VectorGroup = z.infer<typeof groupSchema>;
export type Vector = VectorGroup['tests'][number];

/** The vectors of one file of C2SP/wycheproof, or undefined where they are not at hand. */
export function readVectors(file: string): readonly VectorGroup[] | undefined {
  const url = new URL(file, folder);
  if (!existsSync(url)) return undefined;
  const { numberOfTests, testGroups } = fileSchema.parse(JSON.parse(readFileSync(url, 'utf8')));
  const read = testGroups.flatMap(({ tests }) => tests).length;
  if (read !== numberOfTests) throw new Error(`${file}: ${read} of ${numberOfTests} vectors read`);
  return testGroups;
}

/** What a vector is a mutation of: the parts of the valid vector of its group. */
export interface Original {
  readonly tcId: number;
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

export function originalOf(group: VectorGroup): Original | undefined {
  for (const { tcId, result, jws } of group.tests) {
    const [header, payload, signature] = jws.split('.');
    if (result === 'valid' && header && payload && signature) return { tcId, header, payload, signature };
  }
  return undefined;
}
