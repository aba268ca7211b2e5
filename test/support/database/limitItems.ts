import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { type LimitName, limitNames } from '../../../lambdas/contract/limits.ts';
import { awsClients } from '../stack/awsClients.ts';
import { stack } from '../stack/stack.ts';

/** What the table of limits has counted for one key of one limit. */
export interface CountedLimit {
  readonly limit: LimitName;
  readonly key: string;
  /** In each window; of a streak, the attempts in a row. */
  readonly counts: readonly number[];
}

const itemSchema = z.looseObject({ key: z.string(), attempts: z.int().optional() });

/** Every count there is. */
export async function countedLimits(): Promise<CountedLimit[]> {
  const { documents: client } = awsClients();
  const found: CountedLimit[] = [];
  for await (const page of paginateScan({ client }, { TableName: stack().tables['Limits'], ConsistentRead: true })) {
    for (const raw of page.Items ?? []) {
      const { key: name, attempts, ...rest } = itemSchema.parse(raw);
      const [limit = '', ...key] = name.split('#');
      const windows = Object.entries(rest).flatMap(([attribute, count]) => (/^w\d+$/.test(attribute) ? [count] : []));
      found.push({
        limit: z.enum(limitNames).parse(limit),
        key: key.join('#'),
        counts: attempts === undefined ? z.array(z.int()).parse(windows) : [attempts],
      });
    }
  }
  return found;
}
