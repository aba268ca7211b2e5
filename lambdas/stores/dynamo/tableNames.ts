import { lowerFirst } from '../../contract/casing.ts';
import { namesOf } from '../../contract/records.ts';
import { type TableName, tables } from '../../manifest/tables.ts';

/** The physical name of every table. A store takes those that it reads or writes. */
export type TableNames = Readonly<Record<Uncapitalize<TableName>, string>>;

/** All of them, each found by the table's name. */
export function tableNames(find: (table: TableName) => string): TableNames {
  // `Object.fromEntries` loses the names.
  return Object.fromEntries(namesOf(tables).map((name) => [lowerFirst(name), find(name)])) as TableNames;
}
