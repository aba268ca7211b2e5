import { lowerFirst } from '../../contract/casing.ts';
import { namesOf } from '../../contract/records.ts';
import { type TableName, tables } from '../../manifest/tables.ts';

/** The physical name of every table. A store takes those that it reads or writes. */
export type TableNames = Readonly<Record<Uncapitalize<TableName>, string>>;

/** All of them, each found by the table's name when it is asked for: `find` may throw for a table that is not there. */
export function tableNames(find: (table: TableName) => string): TableNames {
  const getters = namesOf(tables).map(
    (name) => [lowerFirst(name), { get: () => find(name), enumerable: true }] as const,
  );
  // `Object.defineProperties` loses the names.
  return Object.defineProperties({}, Object.fromEntries(getters)) as TableNames;
}
