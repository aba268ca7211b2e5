import { describe, expect, it } from 'vitest';
import { type LambdaName, lambdaNames } from '../../lambdas/contract/lambdas.ts';
import type { LambdaDefinition } from '../../lambdas/manifest/definition.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import type { TableName } from '../../lambdas/manifest/tables.ts';
import { deployed, devContext, localContext, prodContext } from './deployments.ts';

const writersOf = (table: TableName) =>
  lambdaNames.filter((name) => {
    const { tables }: LambdaDefinition = lambdas[name];
    return tables[table]?.includes('PutItem');
  });

describe.each([
  ['prod', prodContext],
  ['dev', devContext],
  ['local', localContext],
])('F34 a deployment of %s updates', (_, context) => {
  // Reading the templates checks that they have no cycle.
  const { api } = deployed(context);
  const functions = new Map(
    lambdaNames.map((name) => {
      const found = api.all('AWS::Lambda::Function').find(([id]) => id.startsWith(`Functions${name}Function`));
      if (!found) throw new Error(`no function ${name}`);
      return [name, found] as const;
    }),
  );
  const waitedFor = (name: LambdaName): LambdaName[] => {
    const after = functions.get(name)?.[1].DependsOn ?? [];
    return lambdaNames.filter((other) => after.includes(functions.get(other)?.[0] ?? ''));
  };

  it.each([
    ['auditWriter', 'AuditOutbox'],
    ['auditSweeper', 'AuditOutbox'],
    ['authorizer', 'Revocations'],
    ['authorizer', 'PublishedKeys'],
    ['wellKnown', 'PublishedKeys'],
    ['mailer', 'MailOutbox'],
  ] as const)('%s before whoever puts into %s', (reader, table) => {
    const writers = writersOf(table);
    expect(writers).not.toEqual([]);
    expect(writers.filter((writer) => !waitedFor(writer).includes(reader))).toEqual([]);
  });

  it.each([
    ['signIn', ['authorizer', 'session', 'account', 'factors', 'factorSignIn']],
    ['refresh', ['authorizer', 'session', 'account', 'factors', 'factorSignIn']],
    ['registration', ['authorizer', 'session', 'account', 'factors', 'factorSignIn']],
    ['factorSignIn', ['authorizer', 'session', 'account', 'factors']],
  ] as const)('%s after whoever takes the cookies that it sets', (setter, readers) => {
    expect(readers.filter((reader) => !waitedFor(setter).includes(reader))).toEqual([]);
  });

  it('the readers without waiting for anything but the readers of what they put themselves', () => {
    expect(waitedFor('auditWriter')).toEqual([]);
    expect(waitedFor('auditSweeper')).toEqual([]);
    expect(waitedFor('mailer')).toEqual([]);
    expect(waitedFor('authorizer')).toEqual(['auditWriter', 'auditSweeper', 'addSweepKeys']);
  });

  it('every Lambda before it looks for what they left without the keys of an index', () => {
    const { DependsOn, Properties } = api.one('Custom::GatehouseSweepKeys');
    const missing = lambdaNames.filter((name) => !DependsOn.includes(functions.get(name)?.[0] ?? ''));
    expect(missing).toEqual([]);
    // The code of each is a property: a change of any calls it again.
    expect(Properties['lambdas']).toHaveLength(lambdaNames.length);
  });
});
