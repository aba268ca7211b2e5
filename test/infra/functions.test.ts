import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type LambdaName, lambdaNames } from '../../lambdas/contract/lambdas.ts';
import { routeById, routeIds } from '../../lambdas/contract/routes.ts';
import type { LambdaDefinition } from '../../lambdas/manifest/definition.ts';
import { environmentNames } from '../../lambdas/manifest/environment.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import { deployed, devContext, localContext, prodContext, statements } from './deployments.ts';

const { api } = deployed(prodContext);

const functionOf = (name: LambdaName) => api.one('AWS::Lambda::Function', `Functions${name}Function`).Properties;
const grantsOf = (name: LambdaName) => statements(api.one('AWS::IAM::Policy', `Functions${name}RoleDefaultPolicy`));

describe.each(lambdaNames)('%s', (name) => {
  it('has exactly the environment that its handler reads', () => {
    expect(functionOf(name)['Environment']).toEqual({
      Variables: Object.fromEntries([...environmentNames(name).map((variable) => [variable, expect.anything()])]),
    });
  });

  it('has no more environment than the 4 KB that AWS takes', () => {
    const { Variables } = z
      .object({ Variables: z.record(z.string(), z.unknown()) })
      .parse(functionOf(name)['Environment']);
    // What stands for the name or the ARN of a resource is 150 characters at most.
    const sizes = Object.entries(Variables).map(
      ([variable, value]) => variable.length + (typeof value === 'string' ? value.length : 150),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3500);
  });

  it('reads source maps where nobody waits for an error’s answer', () => {
    const { api: dev } = deployed(devContext);
    expect(functionOf(name)['Environment']).not.toHaveProperty('Variables.NODE_OPTIONS');
    const { Environment } = dev.one('AWS::Lambda::Function', `Functions${name}Function`).Properties;
    expect(Environment).toHaveProperty('Variables.NODE_OPTIONS', '--enable-source-maps');
  });

  it('runs on ARM64 and the newest runtime', () => {
    expect(functionOf(name)).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    expect(functionOf(name)).not.toHaveProperty('TracingConfig');
    const log = api.one('AWS::Logs::LogGroup', `Functions${name}Logs`);
    expect(functionOf(name)['LoggingConfig']).toMatchObject({
      LogGroup: { Ref: expect.stringMatching(`Functions${name}Logs`) },
    });
    expect(log.Properties).toMatchObject({ RetentionInDays: 365, KmsKeyId: expect.anything() });
  });

  it('has the time that it was given', () => {
    expect(functionOf(name)['Timeout']).toBe(lambdas[name].timeoutSeconds);
    const { api: local } = deployed(localContext);
    const { Timeout } = local.one('AWS::Lambda::Function', `Functions${name}Function`).Properties;
    expect(Timeout).toBe(Math.max(60, lambdas[name].timeoutSeconds));
  });

  it('has a role of its own, without any managed policy', () => {
    expect(functionOf(name)['Role']).toEqual({ 'Fn::GetAtt': [expect.stringMatching(`^Functions${name}Role`), 'Arn'] });
    expect(api.one('AWS::IAM::Role', `Functions${name}Role`).Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it('may do nothing to everything', () => {
    for (const { Effect, Action, Resource } of grantsOf(name)) {
      expect(Effect).toBe('Allow');
      expect(Action.filter((action) => action.includes('*'))).toEqual([]);
      const wild = Resource.filter((resource) => JSON.stringify(resource).includes('*'));
      expect(wild.every((resource) => /\/log\/main\/\*|:identity\/\*/.test(JSON.stringify(resource)))).toBe(true);
    }
  });

  it('reaches exactly the tables it was given, by exactly those actions', () => {
    const wanted: LambdaDefinition = lambdas[name];
    const found = grantsOf(name).flatMap(({ Action, Resource }) =>
      Action.filter(
        (action) => action.startsWith('dynamodb:') && !/Stream|GetRecords|GetShardIterator/.test(action),
      ).flatMap((action) =>
        Resource.map((resource) => {
          const [, table, index = ''] =
            /Tables([A-Za-z]+?)[0-9A-F]{8}\w+"\}(?:,"(\/index\/\w+)")?/.exec(JSON.stringify(resource)) ?? [];
          return `${table}${index} ${action}`;
        }),
      ),
    );
    const expected = [
      ...Object.entries(wanted.tables).flatMap(([table, actions]) =>
        actions.map((action) => `${table} dynamodb:${action}`),
      ),
      ...(wanted.sweeps ?? []).map((table) => `${table}/index/Sweep dynamodb:Query`),
    ];
    expect(found.sort()).toEqual(expected.sort());
  });

  it('is allowed exactly what its code does', () => {
    const granted = grantsOf(name).flatMap(({ Action }) => Action.filter((action) => callOf(action) !== undefined));
    const done = callsOf(name);
    expect(granted.filter((action) => !done.has(callOf(action) ?? ''))).toEqual([]);
    const allowed = new Set(granted.map(callOf));
    expect([...done].filter((call) => !allowed.has(call) && !wiredButUncalled[name]?.includes(call))).toEqual([]);
  });
});

/** Calls of a store that a handler wires for its other calls. */
const wiredButUncalled: Partial<Record<LambdaName, readonly string[]>> = {
  refresh: ['Get'],
  eraser: ['Update', 'ConditionCheck'],
  auditWriter: ['Query'],
};

const callOfAction: Readonly<Record<string, string>> = {
  'dynamodb:GetItem': 'Get',
  'dynamodb:BatchGetItem': 'BatchGet',
  'dynamodb:Query': 'Query',
  'dynamodb:Scan': 'Scan',
  'dynamodb:PutItem': 'Put',
  'dynamodb:UpdateItem': 'Update',
  'dynamodb:DeleteItem': 'Delete',
  'dynamodb:BatchWriteItem': 'BatchWrite',
  'dynamodb:ConditionCheckItem': 'ConditionCheck',
  's3:GetObject': 'GetObject',
  's3:PutObject': 'PutObject',
  's3:ListBucket': 'ListObjectsV2',
  'ses:SendEmail': 'SendEmail',
};

function callOf(action: string): string | undefined {
  const [service, name] = action.split(':');
  return service === 'secretsmanager' ? name : callOfAction[action];
}

/**
 * The calls of AWS in a handler's tree-shaken code. A transaction's own name is none: it needs the actions of its
 * items.
 */
function callsOf(name: LambdaName): ReadonlySet<string> {
  const known = calls.get(name) ?? callsInCode(name);
  calls.set(name, known);
  return known;
}

const calls = new Map<LambdaName, ReadonlySet<string>>();

function callsInCode(name: LambdaName): ReadonlySet<string> {
  const { outputFiles } = buildSync({
    entryPoints: [`lambdas/handlers/${name}.ts`],
    bundle: true,
    write: false,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  const code = outputFiles[0]?.text ?? '';
  const patterns = [
    /new ([A-Z]\w+?)Command\d?\(/g,
    /\bpaginate(Query|Scan)\d?\(/g,
    /^\s*(?:return )?\{? ?(Put|Update|Delete|ConditionCheck): ?[{p]/gm,
  ];
  const found = patterns.flatMap((pattern) => [...code.matchAll(pattern)].map(([, call]) => call ?? ''));
  return new Set(found.filter((call) => call !== 'TransactWrite'));
}

describe('privileges that matter most', () => {
  const rights = (name: LambdaName): LambdaDefinition => lambdas[name];

  it('no request and no schedule may read a whole table', () => {
    // A scan under any name: PartiQL's SELECT without a key is one, and so is an export.
    const whole = /^dynamodb:(Scan|PartiQL|Export|ExecuteStatement|BatchExecuteStatement)|\*/;
    const readers = lambdaNames.filter((name) =>
      grantsOf(name).some(({ Action }) => Action.some((one) => whole.test(one))),
    );
    expect(readers.filter((name) => rights(name).trigger.by !== 'update')).toEqual([]);
  });

  it('no code that answers a request or runs by a schedule scans', () => {
    const scanning = lambdaNames.filter((name) =>
      [...callsOf(name)].some((call) => /Scan|ExecuteStatement/.test(call)),
    );
    expect(scanning.filter((name) => rights(name).trigger.by !== 'update')).toEqual([]);
  });

  it('whoever verifies tokens cannot read what signs them', () => {
    expect(rights('authorizer').secrets).toBeUndefined();
    expect(rights('wellKnown').secrets).toBeUndefined();
  });

  it('only rotation and the first deployment write key rings', () => {
    const writers = lambdaNames.filter((name) => Object.values(rights(name).secrets ?? {}).includes('rotate'));
    expect(writers).toEqual(['rotateSigningKeys', 'rotateRefreshKeys', 'initializeSecrets']);
  });

  it('the audit log is reached by the shippers alone, to add to it', () => {
    const s3 = lambdaNames.filter((name) =>
      grantsOf(name).some(({ Action }) => Action.some((action) => action.startsWith('s3:'))),
    );
    expect(s3).toEqual(['auditWriter', 'auditSweeper']);
    const all = new Set(lambdaNames.flatMap((name) => grantsOf(name).flatMap(({ Action }) => Action)));
    expect([...all].filter((action) => action.startsWith('s3:')).sort()).toEqual([
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ]);
  });

  it('F33 mail goes out from one sender, and in the sandbox to any identity of the account', () => {
    const senders = lambdaNames.filter((name) =>
      grantsOf(name).some(({ Action }) => Action.some((action) => action.startsWith('ses:'))),
    );
    expect(senders).toEqual(['mailer', 'mailSweeper']);
    for (const name of senders) {
      const mail = grantsOf(name).filter(({ Action }) => Action.some((action) => action.startsWith('ses:')));
      expect(mail).toHaveLength(1);
      expect(mail[0]?.Action).toEqual(['ses:SendEmail']);
      expect(JSON.stringify(mail[0]?.Resource)).toContain(':identity/*');
      expect(JSON.stringify(mail[0]?.Resource)).toContain(':configuration-set/gatehouse-prod');
      expect(mail[0]?.Condition).toEqual({ StringEquals: { 'ses:FromAddress': 'no-reply@example.com' } });
    }
  });

  it('a customer’s key is used only through the service that holds the data', () => {
    const kms = lambdaNames.flatMap((name) =>
      grantsOf(name).filter(({ Action }) => Action.some((action) => action.startsWith('kms:'))),
    );
    expect(kms).not.toEqual([]);
    for (const { Condition } of kms) expect(Condition?.['StringEquals']).toHaveProperty('kms:ViaService');
  });
});

it('the gateway calls exactly the Lambdas that routes name', () => {
  const called = lambdaNames.filter((name) => lambdas[name].trigger.by === 'http');
  expect(new Set(routeIds.map((id) => routeById(id).lambda))).toEqual(new Set(called));
});

it('locally a Lambda runs on what this machine is', () => {
  const { Architectures } = deployed(localContext).api.one(
    'AWS::Lambda::Function',
    'FunctionssignInFunction',
  ).Properties;
  expect(Architectures).toEqual([process.arch === 'arm64' ? 'arm64' : 'x86_64']);
});

it('no concurrency is reserved unless asked for', () => {
  for (const name of lambdaNames) expect(functionOf(name)).not.toHaveProperty('ReservedConcurrentExecutions');
});
