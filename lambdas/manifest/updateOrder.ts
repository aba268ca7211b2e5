import { type LambdaName, lambdaNames } from '../contract/lambdas.ts';
import { namesOf } from '../contract/records.ts';
import { type LambdaDefinition, readingActions, type TableAction } from './definition.ts';
import { lambdas } from './lambdas.ts';
import { type TableDefinition, type TableName, tables } from './tables.ts';

function actionsOn(table: TableName, name: LambdaName): readonly TableAction[] {
  const { tables: granted }: LambdaDefinition = lambdas[name];
  return granted[table] ?? [];
}

const puts = (table: TableName, name: LambdaName) => actionsOn(table, name).includes('PutItem');
const readsOnly = (table: TableName, name: LambdaName) =>
  !puts(table, name) && actionsOn(table, name).some((action) => readingActions.includes(action));

function readersFirst(table: TableName): boolean {
  const definition: TableDefinition = tables[table];
  return definition.readersFirst === true;
}

/**
 * The Lambdas that a deployment has to update before this one, because they read what it puts into a table: a new kind
 * of entry, event or job must not meet a reader of the release before.
 */
export function readersOf(writer: LambdaName): readonly LambdaName[] {
  const written = namesOf(tables).filter((table) => readersFirst(table) && puts(table, writer));
  return lambdaNames.filter((reader) => written.some((table) => readsOnly(table, reader)));
}
