import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

/*
 * The members of DynamoDB's requests and answers that hold attribute values, by their names (DynamoDB API Reference,
 * 2012-08-10). Around them is plain JSON.
 */
const records: ReadonlySet<string> = new Set([
  ...['Item', 'Key', 'Attributes', 'ExclusiveStartKey', 'LastEvaluatedKey', 'ExpressionAttributeValues'],
]);
const listsOfRecords: ReadonlySet<string> = new Set(['Items', 'Keys']);

type Convert = (value: unknown) => unknown;

const toWire: Convert = (value) => marshall(Object(value), { removeUndefinedValues: true });
const fromWire: Convert = (value) => unmarshall(Object(value));

/** A request as it goes over the wire. */
export function marshallRequest(input: unknown): unknown {
  return converted(input, toWire);
}

/** An answer with plain values. */
export function unmarshallAnswer({ Responses, ...answer }: Readonly<Record<string, unknown>>) {
  const rest = Object(converted(answer, fromWire));
  if (Responses === undefined) return rest;
  // Of a batch: lists of items, by the names of tables.
  const responses = Object.entries<unknown>(Object(Responses)).map(([table, items]) => [table, each(items, fromWire)]);
  return { ...rest, Responses: Object.fromEntries(responses) };
}

function converted(value: unknown, convert: Convert): unknown {
  if (Array.isArray(value)) return value.map((member) => converted(member, convert));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, member === undefined ? member : of(name, member, convert)]),
  );
}

function of(name: string, member: unknown, convert: Convert): unknown {
  if (records.has(name)) return convert(member);
  return listsOfRecords.has(name) ? each(member, convert) : converted(member, convert);
}

function each(items: unknown, convert: Convert): unknown {
  return Array.isArray(items) ? items.map(convert) : items;
}
