import * as z from 'zod/mini';
import { type LambdaName, lambdaNames } from '../contract/lambdas.ts';
import { namesOf } from '../contract/records.ts';
import type { Route } from '../contract/routes/route.ts';
import { routeById, routeIds } from '../contract/routes.ts';
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

const routesOf = (name: LambdaName): readonly Route[] =>
  routeIds.map(routeById).filter(({ lambda }) => lambda === name);

/** Whether its answers sign a browser in, by cookies of this release's form. */
function setsCookies(name: LambdaName): boolean {
  return routesOf(name).some(({ answers }) => {
    const answer = answers?.()[200];
    return answer instanceof z.ZodMiniObject && 'access_token' in answer.shape;
  });
}

/** Whether it takes a browser for signed in by such cookies. */
function readsCookies(name: LambdaName): boolean {
  return name === 'authorizer' || routesOf(name).some(({ access }) => access !== 'public');
}

/** Those that only read such cookies come first, and those that only set them last. */
function readsCookiesOf(writer: LambdaName, reader: LambdaName): boolean {
  return setsCookies(writer) && readsCookies(reader) && !(readsCookies(writer) && setsCookies(reader));
}

/**
 * The Lambdas that a deployment has to update before this one, because they read what it puts into a table or a cookie:
 * a new kind of entry, event or job, or a new form of cookie, must not meet a reader of the release before.
 */
export function readersOf(writer: LambdaName): readonly LambdaName[] {
  const written = namesOf(tables).filter((table) => readersFirst(table) && puts(table, writer));
  return lambdaNames.filter(
    (reader) =>
      reader !== writer && (written.some((table) => readsOnly(table, reader)) || readsCookiesOf(writer, reader)),
  );
}
