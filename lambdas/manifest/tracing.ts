import type { TableAction } from './definition.ts';
import { type TracedTable, tables, tracedTables } from './tables.ts';

/** What it takes to go through a table, by how an erasure does. */
const actions = {
  partition: ['Query', 'BatchWriteItem'],
  scan: ['Scan', 'BatchWriteItem'],
  limits: ['DeleteItem'],
} as const satisfies Record<string, readonly TableAction[]>;

type Tracing = { readonly [Name in TracedTable]: (typeof actions)[(typeof tables)[Name]['erasedBy']['by']] };

/** The tables that an erasure goes through, each with the actions that this takes: of every Lambda that erases. */
export const tracing = Object.fromEntries(
  tracedTables.map((name) => [name, actions[tables[name].erasedBy.by]]),
  // Object.fromEntries knows no names.
) as Tracing;
