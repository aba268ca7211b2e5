import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The calls of a table client while something runs, by name, a transaction as the names of its items. */
export async function countCalls(client: DynamoDBDocumentClient, run: () => Promise<unknown>): Promise<string[]> {
  const calls: string[] = [];
  const name = 'countCalls';
  client.middlewareStack.add(
    (next, context) => (args) => {
      calls.push(`${context.commandName} ${itemsOf(args.input).join(' ')}`.trim());
      return next(args);
    },
    { step: 'initialize', name },
  );
  try {
    await run();
  } finally {
    client.middlewareStack.remove(name);
  }
  return calls;
}

function itemsOf(input: object): string[] {
  if (!('TransactItems' in input) || !Array.isArray(input.TransactItems)) return [];
  return input.TransactItems.flatMap((item: object) => Object.keys(item));
}
