import * as z from 'zod/mini';

/**
 * The names of the members that an object's schema knows; none where a route takes no such part.
 *
 * @throws Error for a schema of another kind, which would otherwise pass for an empty one.
 */
export function memberNames(schema: unknown): string[] {
  if (schema === undefined) return [];
  if (!(schema instanceof z.ZodMiniObject)) throw new Error('it is no schema of an object');
  return Object.keys(schema.shape);
}
