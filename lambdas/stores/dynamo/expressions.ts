import type { NativeAttributeValue } from '@aws-sdk/lib-dynamodb';

/** A condition on an item, with the names and the values that it mentions. */
export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, NativeAttributeValue>>;
}

/** Conditions on the items of one schema, whose attributes the compiler knows. */
export function conditionsOn<Item>() {
  return {
    is: <A extends keyof Item & string>(attribute: A, value: Item[A]): Condition => ({
      expression: `#${attribute} = :${attribute}`,
      names: { [`#${attribute}`]: attribute },
      values: { [`:${attribute}`]: value },
    }),
  };
}

/** What a write carries to take place only while all of the conditions hold. */
export function onlyWhile(conditions: readonly Condition[]) {
  return {
    ConditionExpression: conditions.map(({ expression }) => expression).join(' AND '),
    ...mentioned(conditions),
  };
}

/** What an update carries to set attributes only while all of the conditions hold. */
export function setOnlyWhile<Item>(change: { readonly set: Partial<Item> }, conditions: readonly Condition[]) {
  const assignments = Object.entries(change.set).map(
    ([attribute, value]): Condition => ({
      expression: `#${attribute} = :new_${attribute}`,
      names: { [`#${attribute}`]: attribute },
      values: { [`:new_${attribute}`]: value },
    }),
  );
  return {
    UpdateExpression: `SET ${assignments.map(({ expression }) => expression).join(', ')}`,
    ConditionExpression: onlyWhile(conditions).ConditionExpression,
    ...mentioned([...assignments, ...conditions]),
  };
}

/**
 * DynamoDB refuses a name or a value that no expression mentions, and an empty map of them.
 *
 * @throws Error when two parts give one placeholder different meanings.
 */
function mentioned(parts: readonly Condition[]) {
  const names = joined(parts.map((part) => part.names));
  const values = joined(parts.map((part) => part.values));
  return {
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

/** A later meaning of a placeholder would silently take the place of the earlier one: a condition would be lost. */
function joined<Value>(parts: readonly (Readonly<Record<string, Value>> | undefined)[]): Record<string, Value> {
  const all: Record<string, Value> = {};
  for (const [placeholder, meaning] of parts.flatMap((part) => Object.entries(part ?? {}))) {
    if (placeholder in all && all[placeholder] !== meaning) throw new Error(`${placeholder} has two meanings`);
    all[placeholder] = meaning;
  }
  return all;
}
