import { expect, it } from 'vitest';
import { conditionsOn, onlyWhile, setOnlyWhile } from '../../../../lambdas/stores/dynamo/expressions.ts';

interface Light {
  readonly color: 'red' | 'green';
  readonly changes: number;
}
const { is } = conditionsOn<Light>();
const exists = { expression: 'attribute_exists(pk)' };

it('tells what an attribute becomes from what it has to be', () => {
  expect(setOnlyWhile<Light>({ set: { color: 'green', changes: 2 } }, [exists, is('color', 'red')])).toEqual({
    UpdateExpression: 'SET #color = :new_color, #changes = :new_changes',
    ConditionExpression: 'attribute_exists(pk) AND #color = :color',
    ExpressionAttributeNames: { '#color': 'color', '#changes': 'changes' },
    ExpressionAttributeValues: { ':new_color': 'green', ':color': 'red', ':new_changes': 2 },
  });
});

it('carries neither names nor values where none is mentioned, since DynamoDB refuses them', () => {
  expect(onlyWhile([exists])).toEqual({ ConditionExpression: 'attribute_exists(pk)' });
});

it('refuses two conditions that give one placeholder different values', () => {
  expect(() => onlyWhile([is('color', 'red'), is('color', 'green')])).toThrow(':color has two meanings');
  const change = { set: { color: 'green' }, raise: ['changes'] } as const;
  expect(() => setOnlyWhile<Light>(change, [is('changes', 1), is('changes', 2)])).toThrow(':changes');
});

it('takes the same condition twice', () => {
  expect(onlyWhile([is('color', 'red'), is('color', 'red')])).toMatchObject({
    ExpressionAttributeValues: { ':color': 'red' },
  });
});
