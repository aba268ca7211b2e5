/**
 * What all of them resolve to, once each is done, also if one fails: nothing may go on after the answer.
 *
 * @throws what the first of them throws, in their order.
 */
export async function together<const T extends readonly unknown[]>(
  all: T,
): Promise<{ -readonly [I in keyof T]: Awaited<T[I]> }> {
  for (const one of await Promise.allSettled(all)) if (one.status === 'rejected') throw one.reason;
  return Promise.all(all);
}
