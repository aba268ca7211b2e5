import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';

/**
 * Refuses every other attempt of a write, or another share of them, before it leaves, as DynamoDB refuses one that
 * meets a transaction. How much time the attempts have is held by the unit tests, on a fake clock: here they have ten
 * times as much, because all 20 and the database share the processors of one machine.
 */
export async function withConflicts<T>(
  client: DynamoDBDocumentClient,
  run: () => Promise<T>,
  { share = 0.5 } = {},
): Promise<T> {
  const name = 'injectConflicts';
  const real = performance.now.bind(performance);
  const slow = vi.spyOn(performance, 'now').mockImplementation(() => real() / 10);
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const isWrite = /^(TransactWrite|Put|Update|Delete)/.test(commandName);
        if (isWrite && Math.random() < share) throw conflictOf(commandName);
        return next(args);
      },
    { step: 'finalizeRequest', priority: 'low', name },
  );
  try {
    return await run();
  } finally {
    client.middlewareStack.remove(name);
    slow.mockRestore();
  }
}

function conflictOf(commandName: string): Error {
  const answer = { message: 'injected', $metadata: {} };
  if (!commandName.startsWith('TransactWrite')) return new TransactionConflictException(answer);
  return new TransactionCanceledException({
    ...answer,
    CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
  });
}
