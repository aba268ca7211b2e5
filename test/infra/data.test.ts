import { describe, expect, it } from 'vitest';
import { type TableDefinition, tables } from '../../lambdas/manifest/tables.ts';
import { deployed, devContext, prodContext, type Statement, statements } from './deployments.ts';

const { data, api } = deployed(prodContext);
const dev = deployed(devContext);

describe('keys', () => {
  it.each([
    ['tables', data, 'TablesKey'],
    ['key rings', data, 'SecretsKey'],
    ['the audit log', data, 'AuditKey'],
    ['logs', api, 'LogsKey'],
  ])('the key of %s is the customer’s own', (_, stack, id) => {
    expect(stack.one('AWS::KMS::Key', id)).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
  });

  it('the key of logs serves the log service for this stack’s groups only', () => {
    const [, logs] = statements(api.one('AWS::KMS::Key', 'LogsKey'));
    expect(JSON.stringify(logs?.Principal)).toContain('logs.amazonaws.com');
    expect(JSON.stringify(logs?.Condition?.['ArnLike'])).toContain(':log-group:gatehouse-prod-api-*');
  });
});

describe.each(Object.entries<TableDefinition>(tables))('table %s', (name, definition) => {
  const table = data.one('AWS::DynamoDB::Table', `Tables${name}`);

  it('has the contract’s keys, TTL and stream', () => {
    const names = [definition.partitionKey, ...(definition.sortKey ? [definition.sortKey] : [])];
    expect(table.Properties['KeySchema']).toEqual(
      names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    );
    expect(table.Properties['TimeToLiveSpecification']).toEqual(
      definition.ttl ? { AttributeName: definition.ttl, Enabled: true } : undefined,
    );
    expect(table.Properties['StreamSpecification']).toEqual(
      definition.stream ? { StreamViewType: definition.stream } : undefined,
    );
    expect(table.Properties['BillingMode']).toBe('PAY_PER_REQUEST');
  });

  it('has the index of its sweep, and no other', () => {
    const { sweep } = definition;
    const include = sweep?.include ?? [];
    expect(table.Properties['GlobalSecondaryIndexes']).toEqual(
      // One at most: in one update of a table, AWS makes no two.
      sweep && [
        {
          IndexName: 'Sweep',
          KeySchema: [
            { AttributeName: 'sweep_shard', KeyType: 'HASH' },
            { AttributeName: sweep.dueAt, KeyType: 'RANGE' },
          ],
          Projection: {
            ProjectionType: include.length > 0 ? 'INCLUDE' : 'KEYS_ONLY',
            ...(include.length > 0 && { NonKeyAttributes: include }),
          },
        },
      ],
    );
    expect(table.Properties).not.toHaveProperty('LocalSecondaryIndexes');
  });

  it('is encrypted under the customer’s key', () => {
    expect(table.Properties['SSESpecification']).toMatchObject({ SSEEnabled: true, SSEType: 'KMS' });
  });

  it('in prod cannot be lost by accident', () => {
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    });
  });

  it('in dev goes with the stack', () => {
    expect(dev.data.one('AWS::DynamoDB::Table', `Tables${name}`)).toMatchObject({ DeletionPolicy: 'Delete' });
  });
});

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html */
it('tables with an index are made one after another', () => {
  const indexed = data.all('AWS::DynamoDB::Table').filter(([, { Properties }]) => Properties['GlobalSecondaryIndexes']);
  const ids = indexed.map(([id]) => id);
  const waits = indexed.map(([, { DependsOn }]) => DependsOn.filter((id) => ids.includes(id)));
  expect(ids).toHaveLength(3);
  // A chain: each but one waits for one, and no two for the same.
  expect(waits.map(({ length }) => length).toSorted()).toEqual([0, 1, 1]);
  expect(new Set(waits.flat()).size).toBe(2);
});

describe('key rings', () => {
  it.each(['SigningKeys', 'RefreshKeys', 'MailKeys', 'CredentialKeys'])('%s has no value in a template', (id) => {
    const secret = data.one('AWS::SecretsManager::Secret', `Secrets${id}`);
    expect(Object.keys(secret.Properties).sort()).toEqual(['Description', 'KmsKeyId']);
    expect(secret.DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  it.each([
    ['signing', 'SigningKeyRotation', 30],
    ['refresh', 'RefreshKeyRotation', 90],
  ])('the %s ring rotates by schedule alone', (_, id, days) => {
    expect(api.one('AWS::SecretsManager::RotationSchedule', id).Properties).toMatchObject({
      RotateImmediatelyOnUpdate: false,
      RotationRules: { AutomaticallyAfterDays: days },
    });
  });

  it('Secrets Manager may call a rotating Lambda only for its own ring', () => {
    const permissions = api
      .all('AWS::Lambda::Permission')
      .filter(([, { Properties }]) => Properties['Principal'] === 'secretsmanager.amazonaws.com');
    expect(permissions).toHaveLength(2);
    for (const [, { Properties }] of permissions) {
      expect(Properties).toHaveProperty('SourceAccount');
      expect(JSON.stringify(Properties['SourceArn'])).toMatch(/Secrets(Signing|Refresh)Keys/);
    }
  });
});

describe('audit bucket', () => {
  const bucket = data.one('AWS::S3::Bucket');
  const policy = statements(data.one('AWS::S3::BucketPolicy'));
  const denial = (action: string): Statement | undefined =>
    policy.find(({ Effect, Action }) => Effect === 'Deny' && Action.includes(action));

  it('keeps every version locked for as long as was chosen', () => {
    expect(bucket).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        ObjectLockEnabled: true,
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 365 } },
        },
      },
    });
  });

  it('is private and encrypted under the customer’s key', () => {
    expect(bucket.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  it.each([
    's3:DeleteObject*',
    's3:PutObjectRetention',
    's3:BypassGovernanceRetention',
    's3:ReplicateObject',
    's3:ReplicateDelete',
    's3:PutLifecycleConfiguration',
  ])('%s is denied to everybody, without exception', (action) => {
    expect(denial(action)?.Principal).toEqual({ AWS: '*' });
    expect(denial(action)).not.toHaveProperty('Condition');
  });

  it('a put without If-None-Match is denied to everybody', () => {
    expect(denial('s3:PutObject')?.Principal).toEqual({ AWS: '*' });
    expect(denial('s3:PutObject')?.Condition).toEqual({ Null: { 's3:if-none-match': 'true' } });
    expect(JSON.stringify(denial('s3:PutObject')?.Resource)).toContain('/*');
  });

  it('only a deployment changes the retention of objects to come', () => {
    const condition = denial('s3:PutBucketObjectLockConfiguration')?.Condition;
    expect(Object.keys(condition ?? {})).toEqual(['ArnNotEquals']);
    expect(JSON.stringify(condition)).toContain(':role/cdk-hnb659fds-cfn-exec-role-');
  });

  it('is reached over TLS 1.2 at least', () => {
    const conditions = policy.filter(({ Effect }) => Effect === 'Deny').map(({ Condition }) => Condition);
    expect(conditions).toContainEqual({ Bool: { 'aws:SecureTransport': 'false' } });
    expect(conditions).toContainEqual({ NumericLessThan: { 's3:TlsVersion': 1.2 } });
  });

  it.each([
    ['prod', data],
    ['dev', dev.data],
  ])('its policy stays for as long as it does, in %s', (_, stack) => {
    const { DeletionPolicy, UpdateReplacePolicy } = stack.one('AWS::S3::Bucket');
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(stack.one('AWS::S3::BucketPolicy')).toMatchObject({ DeletionPolicy, UpdateReplacePolicy });
  });

  it('its policy allows nothing', () => {
    expect(policy.filter(({ Effect }) => Effect === 'Allow')).toEqual([]);
  });
});

it('the data of two deployments in one account share no name', () => {
  const other = deployed({ ...prodContext, prefix: 'acme' });
  for (const stack of [data, api, other.data, other.api]) {
    const named = Object.values(stack.resources).filter(({ Properties }) =>
      ['TableName', 'BucketName', 'FunctionName', 'LogGroupName', 'RoleName', 'QueueName'].some(
        (property) => typeof Properties[property] === 'string',
      ),
    );
    expect(named).toEqual([]);
  }
  expect(JSON.stringify(other.api.resources)).not.toContain('gatehouse-prod');
});
