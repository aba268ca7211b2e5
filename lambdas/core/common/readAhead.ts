/** Maps what `source` gives, in its order, with up to `width` calls under way. */
export async function* readAhead<T, R>(
  source: AsyncIterable<T>,
  width: number,
  map: (value: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const underWay: Promise<R>[] = [];
  for await (const value of source) {
    const result = map(value);
    // A failure is thrown where the result is awaited in its turn, not as an unhandled rejection.
    result.catch(() => undefined);
    underWay.push(result);
    const next = underWay.length >= width ? underWay.shift() : undefined;
    if (next) yield await next;
  }
  for (const result of underWay) yield await result;
}
