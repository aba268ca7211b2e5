import type { TableAction } from './definition.ts';
import { type TracedTable, tables, tracedTables } from './tables.ts';

/** The actions that an erasure needs on a table, by the way in which it finds an account's items there. */
const actions = {
  partition: ['Query', 'BatchWriteItem'],
  limits: ['DeleteItem'],
} as const satisfies Record<string, readonly TableAction[]>;

type Tracing = { readonly [Name in TracedTable]: (typeof actions)[(typeof tables)[Name]['erasedBy']['by']] };

/** The tables that an erasure goes through, and the actions on each that a Lambda needs to erase an account. */
export const tracing = Object.fromEntries(
  tracedTables.map((name) => [name, actions[tables[name].erasedBy.by]]),
  // `Object.fromEntries` loses the names.
) as Tracing;
