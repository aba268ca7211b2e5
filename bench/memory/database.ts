import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mapRecord, namesOf } from '../../lambdas/contract/records.ts';
import { tables as definitions, type TableName } from '../../lambdas/manifest/tables.ts';
import type { TestDatabase } from '../../test/support/database/dynamodb.ts';
import type { Item } from './expressions.ts';
import { createTables, type Parameters, type Prepared, type Write } from './tables.ts';

const names = namesOf(definitions);

export interface MemoryDatabase extends TestDatabase {
  put(table: TableName, item: Item): void;
  clear(table: TableName): void;
}

/**
 * The tables in memory, behind the client that the stores take: its `send` answers after `delayMs`, as if the table
 * were as far away. Conditions, updates and transactions are as DynamoDB has them: a write takes place at one instant,
 * on every condition or not at all. What it does not know it throws at, and never passes over.
 */
export function createMemoryDatabase(delayMs = 0): MemoryDatabase {
  const tables = createTables();

  const answers: readonly ((command: unknown) => unknown)[] = [
    (command) => command instanceof GetCommand && { Item: tables.get(...keyOf(command.input)) },
    (command) => command instanceof QueryCommand && { Items: tables.query(tableOf(command.input), command.input) },
    (command) => command instanceof PutCommand && write('put', command.input),
    (command) => command instanceof UpdateCommand && write('update', command.input),
    (command) => command instanceof DeleteCommand && write('delete', command.input),
    (command) => command instanceof TransactWriteCommand && transact(command.input.TransactItems ?? []),
    (command) => command instanceof BatchGetCommand && batchGet(command.input.RequestItems ?? {}),
  ];
  const batchGet = (requested: NonNullable<BatchGetCommandInput['RequestItems']>) => {
    const found = Object.entries(requested).map(([table, { Keys = [] }]): [string, Item[]] => [
      table,
      Keys.map((key: Item) => tables.get(tableOf({ TableName: table }), key)).filter((item) => item !== undefined),
    ]);
    return { Responses: Object.fromEntries(found) };
  };
  const write = (kind: Write['kind'], parameters: Parameters) => {
    const prepared = tables.prepare(tableOf(parameters), { kind, parameters });
    if (!prepared.holds) {
      const message = 'The conditional request failed';
      throw new ConditionalCheckFailedException({ $metadata: {}, message, ...oldItem(parameters, prepared) });
    }
    prepared.apply();
    return { Attributes: kind === 'update' ? prepared.after : prepared.before };
  };
  const transact = (items: NonNullable<TransactWriteCommandInput['TransactItems']>) => {
    const writes = items.map(writeOf);
    const prepared = writes.map((one) => tables.prepare(tableOf(one.parameters), one));
    if (prepared.some(({ holds }) => !holds)) {
      throw new TransactionCanceledException({
        $metadata: {},
        message: 'Transaction cancelled',
        CancellationReasons: prepared.map((one, index) =>
          one.holds ? { Code: 'None' } : { Code: 'ConditionalCheckFailed', ...oldItem(writes[index]?.parameters, one) },
        ),
      });
    }
    for (const [index, one] of prepared.entries()) if (writes[index]?.kind !== 'check') one.apply();
    return {};
  };

  const document = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'us-east-1' }));
  const send = async (command: object) => {
    if (delayMs > 0) await sleep(delayMs);
    for (const answer of answers) {
      const answered = answer(command);
      if (answered) return answered;
    }
    throw new Error(`the memory does not know ${command.constructor.name}`);
  };
  return {
    client: Object.assign(document, { send }),
    tables: ownNames,
    items: async (table) => tables.items(table).map((item) => ({ ...item })),
    put: tables.put,
    clear: tables.clear,
  };
}

const ownNames = mapRecord(definitions, (_, name) => name);

function tableOf({ TableName: name }: Pick<Parameters, 'TableName'>): TableName {
  const known = names.find((one) => one === name);
  if (!known) throw new Error(`there is no table ${name}`);
  return known;
}

function keyOf(parameters: Parameters): [TableName, Item] {
  return [tableOf(parameters), parameters.Key ?? {}];
}

function writeOf(item: NonNullable<TransactWriteCommandInput['TransactItems']>[number]): Write {
  if (item.Put) return { kind: 'put', parameters: item.Put };
  if (item.Update) return { kind: 'update', parameters: item.Update };
  if (item.Delete) return { kind: 'delete', parameters: item.Delete };
  if (item.ConditionCheck) return { kind: 'check', parameters: item.ConditionCheck };
  throw new Error('a transaction with an item of no kind');
}

function oldItem(parameters: Parameters | undefined, { before }: Prepared) {
  const isWanted = parameters?.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  return isWanted && before ? { Item: marshall(before, { removeUndefinedValues: true }) } : {};
}
