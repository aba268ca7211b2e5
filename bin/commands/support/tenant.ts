import { InvalidArgumentError } from 'commander';
import { tenantIdSchema } from '../../../lambdas/core/accounts/tenantId.ts';

/** A tenant from the command line, under the rule that a record of an import obeys. */
export function tenant(text: string): string {
  const { data } = tenantIdSchema.safeParse(text);
  if (data === undefined) throw new InvalidArgumentError('It is no tenant id: letters, digits and _.:-, 128 at most.');
  return data;
}
