import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { type LambdaDefinition, readingActions, type TableAction } from '../../lambdas/manifest/definition.ts';
import type { SecretName } from '../../lambdas/manifest/secrets.ts';
import { sweepIndex, type TableName } from '../../lambdas/manifest/tables.ts';
import { acknowledge } from '../acknowledge.ts';
import type { DataStack } from '../data/dataStack.ts';
import { mailConfigurationSet, type Settings } from '../settings.ts';

const secretActions = {
  read: ['secretsmanager:GetSecretValue'],
  rotate: [
    'secretsmanager:DescribeSecret',
    'secretsmanager:GetSecretValue',
    'secretsmanager:PutSecretValue',
    'secretsmanager:UpdateSecretVersionStage',
  ],
} as const;

type Privileges = Pick<LambdaDefinition, 'tables' | 'sweeps' | 'secrets' | 'auditLog' | 'sendMail'>;

/** Gives a role exactly the named privileges. A key may be used only through the service that holds the data. */
export function grantPrivileges(role: Role, privileges: Privileges, data: DataStack, settings: Settings): void {
  grantTables(role, privileges.tables, data);
  for (const name of privileges.sweeps ?? []) {
    allow(role, ['dynamodb:Query'], `${data.tables.byName[name].tableArn}/index/${sweepIndex.name}`);
  }
  grantSecrets(role, privileges.secrets ?? {}, data);
  if (privileges.auditLog) grantAuditLog(role, data, settings.auditChain);
  if (privileges.sendMail) grantSendMail(role, settings);
}

function grantTables(role: Role, tables: Privileges['tables'], data: DataStack): void {
  const granted = Object.entries(tables) as [TableName, readonly TableAction[]][];
  for (const [name, actions] of granted) {
    allow(
      role,
      actions.map((action) => `dynamodb:${action}`),
      data.tables.byName[name].tableArn,
    );
  }
  if (granted.length === 0) return;
  const writes = granted.some(([, actions]) => actions.some((action) => !readingActions.includes(action)));
  grantKey(
    role,
    data.tables.key,
    'dynamodb',
    writes
      ? ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:DescribeKey']
      : ['kms:Decrypt', 'kms:DescribeKey'],
  );
}

function grantSecrets(role: Role, secrets: NonNullable<Privileges['secrets']>, data: DataStack): void {
  const granted = Object.entries(secrets) as [SecretName, 'read' | 'rotate'][];
  for (const [name, right] of granted) allow(role, secretActions[right], data.secrets.byName[name].attrId);
  if (granted.length === 0) return;
  const writes = granted.some(([, right]) => right === 'rotate');
  grantKey(role, data.secrets.key, 'secretsmanager', writes ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt']);
}

/** Lets a role append to one chain of the log and read it back, and never change or remove an object. */
function grantAuditLog(role: Role, data: DataStack, chain: string): void {
  const { bucket, key } = data.audit;
  allow(role, ['s3:GetObject', 's3:PutObject'], bucket.arnForObjects(`log/${chain}/*`));
  role.addToPolicy(
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `log/${chain}/*` } },
    }),
  );
  grantKey(role, key, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']);
  const imported: { 'Fn::ImportValue': string } = Stack.of(role).resolve(data.exportValue(bucket.bucketArn));
  acknowledge(
    role,
    `AwsSolutions-IAM5[Resource::${imported['Fn::ImportValue']}/log/${chain}/*]`,
    'The objects of one chain; their keys are numbers that are not known beforehand.',
  );
}

/**
 * By its own sender alone. In the sandbox SES asks for the right to the recipient's identity as well, where the account
 * has one, and nobody knows the recipients beforehand.
 */
function grantSendMail(role: Role, settings: Settings): void {
  const arn = (resource: string, resourceName: string) =>
    Stack.of(role).formatArn({ service: 'ses', resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['ses:SendEmail'],
      resources: [arn('identity', '*'), arn('configuration-set', mailConfigurationSet(settings))],
      conditions: { StringEquals: { 'ses:FromAddress': settings.mailFrom } },
    }),
  );
  const { partition, region, account } = Stack.of(role);
  const shown = (value: string, name: string) => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
  const where = `${shown(partition, 'Partition')}:ses:${shown(region, 'Region')}:${shown(account, 'AccountId')}`;
  acknowledge(
    role,
    `AwsSolutions-IAM5[Resource::arn:${where}:identity/*]`,
    'Recipients are not known beforehand; the condition holds the sender to its own address.',
  );
}

function allow(role: Role, actions: readonly string[], resource: string): void {
  role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
}

function grantKey(role: Role, key: Key, service: string, actions: readonly string[]): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: [...actions],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(role).region}.amazonaws.com` } },
    }),
  );
}
