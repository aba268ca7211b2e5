import { expect, it } from 'vitest';
import { withCount } from '../../../../../bin/commands/support/readCount.ts';

async function* numbers(count: number) {
  for (let nth = 0; nth < count; nth++) yield nth;
}

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { written, stream: { isTTY, write: (text: string | Uint8Array) => written.push(String(text)) > 0 } };
}

it('what is read is counted on a terminal, on one line that goes away', async () => {
  const { written, stream } = terminal(true);
  expect(await Array.fromAsync(withCount(numbers(600), 'accounts', stream))).toHaveLength(600);
  expect(written).toEqual(['\r250 accounts read', '\r500 accounts read', '\r\u001b[K']);
});

it('the line goes away when the reading fails', async () => {
  const { written, stream } = terminal(true);
  const failing = async function* () {
    yield* numbers(300);
    throw new Error('down');
  };
  await expect(Array.fromAsync(withCount(failing(), 'accounts', stream))).rejects.toThrow('down');
  expect(written.at(-1)).toBe('\r\u001b[K');
});

it('nothing is counted where no terminal is', async () => {
  const { written, stream } = terminal(false);
  await Array.fromAsync(withCount(numbers(600), 'accounts', stream));
  expect(written).toEqual([]);
});
