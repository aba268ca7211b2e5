import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createMemoryDatabase } from '../../../bench/memory/database.ts';
import { condition } from '../../../bench/memory/expressions.ts';
import { updated } from '../../../bench/memory/updates.ts';

const item = { n: 5, text: 'abc', list: ['x'], set: new Set(['x', 'y']) };
const holds = (expression: string, values: Readonly<Record<string, unknown>> = {}) =>
  condition(expression)(item, { names: { '#n': 'n' }, values });

describe('a condition in memory', () => {
  it.each([
    ['#n = :five', true],
    ['#n <> :five', false],
    ['n < :six AND n >= :five', true],
    ['n < :five OR (attribute_exists(text) AND NOT n > :six)', true],
    ['n = :six OR n = :six AND n = :five', false],
    ['attribute_not_exists(none)', true],
    ['none = :five', false],
    ['none <> :five', true],
    ['none < :five', false],
    ['text < :five', false],
    ['n BETWEEN :five AND :six', true],
    ['NOT (none BETWEEN :five AND :six)', true],
    ['n IN (:six, :five)', true],
    ['begins_with(text, :ab)', true],
    ['contains(list, :x) AND contains(set, :x)', true],
  ])('has %s as DynamoDB has it', (expression, expected) => {
    expect(holds(expression, { ':five': 5, ':six': 6, ':ab': 'ab', ':x': 'x' })).toBe(expected);
  });

  it.each(['n = :none', 'n ~ :five', 'n = :five n', 'size(n) = :five', 'a.b = :five'])('throws at %s', (expression) => {
    expect(() => holds(expression, { ':five': 5 })).toThrow();
  });
});

describe('an update in memory', () => {
  it('changes what it says, and nothing else', () => {
    const expression =
      'SET #n = n + :one, old = text, made = if_not_exists(made, :one) REMOVE text ADD count :one DELETE set :x';
    const values = { ':one': 1, ':x': new Set(['x']) };
    expect(updated(item, expression, { names: { '#n': 'n' }, values })).toEqual({
      n: 6,
      old: 'abc',
      made: 1,
      count: 1,
      list: ['x'],
      set: new Set(['y']),
    });
  });
});

describe('a transaction in memory', () => {
  const write = (generation: number) =>
    new TransactWriteCommand({
      TransactItems: [
        {
          Update: {
            TableName: 'Sessions',
            Key: { sub: 'a', sid: 'b' },
            UpdateExpression: 'SET generation = :next',
            ConditionExpression: 'generation = :generation',
            ExpressionAttributeValues: { ':generation': generation, ':next': generation + 1 },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          },
        },
        { Put: { TableName: 'AuditOutbox', Item: { id: `event-${generation}` } } },
      ],
    });
  const filled = () => {
    const database = createMemoryDatabase();
    database.put('Sessions', { sub: 'a', sid: 'b', generation: 0 });
    return database;
  };

  it('writes all of it', async () => {
    const { client, items } = filled();
    await client.send(write(0));
    expect(await items('Sessions')).toEqual([{ sub: 'a', sid: 'b', generation: 1 }]);
    expect(await items('AuditOutbox')).toHaveLength(1);
  });

  it('writes nothing where one condition does not hold, and tells what was there', async () => {
    const { client, items } = filled();
    await expect(client.send(write(7))).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: { generation: { N: '0' } } }, { Code: 'None' }],
    });
    expect(await items('Sessions')).toEqual([{ sub: 'a', sid: 'b', generation: 0 }]);
    expect(await items('AuditOutbox')).toEqual([]);
  });

  it('has one winner of any number at once', async () => {
    const { client } = filled();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => client.send(write(0))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is refused at a table that is not there', async () => {
    const command = new UpdateCommand({ TableName: 'Nowhere', Key: { id: 'a' }, UpdateExpression: 'SET a = :a' });
    await expect(createMemoryDatabase().client.send(command)).rejects.toThrow('there is no table Nowhere');
  });
});
