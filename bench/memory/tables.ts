import { type TableName, tables } from '../../lambdas/manifest/tables.ts';
import { condition, type Item, type Meanings } from './expressions.ts';
import { updated } from './updates.ts';

/** As much of the parameters of a read or write as the memory heeds. */
export interface Parameters {
  readonly TableName?: string | undefined;
  readonly Key?: Item | undefined;
  readonly Item?: Item | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

export interface Write {
  readonly kind: 'put' | 'update' | 'delete' | 'check';
  readonly parameters: Parameters;
}

/** What a write meets and makes. Undefined stands for no item. */
export interface Prepared {
  readonly holds: boolean;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
  apply(): void;
}

/** The tables of the manifest, by their own names, each a map of partitions. */
export function createTables() {
  const stored = new Map<TableName, Map<unknown, Map<unknown, Item>>>();

  const partition = (name: TableName, item: Item): Map<unknown, Item> => {
    const partitions = stored.get(name) ?? new Map<unknown, Map<unknown, Item>>();
    stored.set(name, partitions);
    const key = item[tables[name].partitionKey];
    const found = partitions.get(key) ?? new Map<unknown, Item>();
    partitions.set(key, found);
    return found;
  };

  return {
    get: (name: TableName, key: Item): Item | undefined => partition(name, key).get(sortKeyOf(name, key)),
    put: (name: TableName, item: Item) => void partition(name, item).set(sortKeyOf(name, item), item),
    clear: (name: TableName) => void stored.delete(name),
    query(name: TableName, parameters: Parameters): Item[] {
      const meanings = meaningsOf(parameters);
      const partitions = Object.values(meanings.values).flatMap((value) => stored.get(name)?.get(value) ?? []);
      const expressions = [parameters.KeyConditionExpression, parameters.FilterExpression];
      const holds = expressions.flatMap((expression) => (expression ? [condition(expression)] : []));
      return partitions
        .flatMap((items) => [...items].sort(([one], [other]) => (String(one) < String(other) ? -1 : 1)))
        .flatMap(([, item]) => (holds.every((one) => one(item, meanings)) ? [item] : []));
    },
    items: (name: TableName): Item[] => [...(stored.get(name)?.values() ?? [])].flatMap((one) => [...one.values()]),
    prepare(name: TableName, { kind, parameters }: Write): Prepared {
      const { Key, Item: put, ConditionExpression, UpdateExpression } = parameters;
      const key = put ?? Key ?? {};
      const items = partition(name, key);
      const sortKey = sortKeyOf(name, key);
      const before = items.get(sortKey);
      const meanings = meaningsOf(parameters);
      const holds = ConditionExpression === undefined || condition(ConditionExpression)(before ?? {}, meanings);
      const changed = () => updated(before ?? { ...Key }, UpdateExpression ?? '', meanings);
      const after = kind === 'put' ? put : kind === 'update' ? holds && changed() : kind === 'check' && before;
      const left = after ? withoutUndefined(after) : undefined;
      return {
        holds,
        before,
        after: left,
        apply: () => (left ? void items.set(sortKey, left) : void items.delete(sortKey)),
      };
    },
  };
}

function sortKeyOf(name: TableName, item: Item): unknown {
  const definition = tables[name];
  return 'sortKey' in definition ? item[definition.sortKey] : '';
}

function meaningsOf({
  ExpressionAttributeNames: names = {},
  ExpressionAttributeValues: values = {},
}: Parameters): Meanings {
  return { names, values };
}

/** As the document client is told to. */
function withoutUndefined(item: Item): Item {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}
