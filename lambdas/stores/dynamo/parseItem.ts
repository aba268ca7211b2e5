import type { z } from 'zod';
import { unavailable } from '../../core/common/errors.ts';

/**
 * @throws ProblemError `unavailable` when an item is none that this release can read; the cause names the attributes
 * only.
 */
export function parseItem<S extends z.ZodType>(schema: S, raw: unknown): z.infer<S> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const attributes = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw unavailable(new Error(`an item of another version or shape: ${attributes}`));
}
