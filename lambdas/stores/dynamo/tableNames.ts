import type { TableName } from '../../manifest/tables.ts';

/** The physical name of every table. A store takes those that it reads or writes. */
export type TableNames = Readonly<Record<Uncapitalize<TableName>, string>>;
