/** How often the count is shown, in items. */
const step = 250;

/**
 * Gives what a command reads that reads everything, and counts it where an operator watches: on the error output, if
 * that is a terminal. The line is gone once all is read.
 */
export async function* withCount<T>(
  all: AsyncIterable<T>,
  what: string,
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
): AsyncGenerator<T> {
  let read = 0;
  try {
    for await (const one of all) {
      read++;
      if (stream.isTTY && read % step === 0) stream.write(`\r${read} ${what} read`);
      yield one;
    }
  } finally {
    if (stream.isTTY && read >= step) stream.write('\r\u001b[K');
  }
}
