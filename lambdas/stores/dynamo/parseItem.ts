import type { z } from 'zod';
import { unavailable } from '../../core/common/errors.ts';

/**
 * @throws ProblemError `unavailable` when this release cannot read the item. The cause names attributes and no values.
 */
export function parseItem<S extends z.ZodType>(schema: S, raw: unknown): z.infer<S> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const attributes = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw unavailable(new Error(`an item of another version or shape: ${attributes}`));
}
