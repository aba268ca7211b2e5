import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { namesOf } from '../../lambdas/contract/records.ts';
import { outputKey, resourceOutputKey } from '../../lambdas/manifest/deployment.ts';
import { MailIdentity } from '../mail/mailIdentity.ts';
import type { Settings } from '../settings.ts';
import { AuditBucket } from './auditBucket.ts';
import { Secrets } from './secrets.ts';
import { Tables } from './tables.ts';

export interface DataStackProps extends StackProps {
  readonly settings: Settings;
}

/** Everything that must survive: tables, key rings and the audit log. */
export class DataStack extends Stack {
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly audit: AuditBucket;

  constructor(scope: Construct, id: string, { settings, ...props }: DataStackProps) {
    super(scope, id, props);
    const retain = settings.retainData;
    this.tables = new Tables(this, 'Tables', { retain });
    this.secrets = new Secrets(this, 'Secrets', { retain });
    this.audit = new AuditBucket(this, 'Audit', {
      retentionDays: settings.auditRetentionDays,
      retain: settings.retainAuditLog,
    });
    if (settings.createMailIdentity) new MailIdentity(this, 'Mail', settings);
    this.#outputs();
  }

  #outputs(): void {
    const output = (key: string, value: string) => new CfnOutput(this, key, { value });
    const { tables, secrets } = this;
    for (const name of namesOf(tables.byName)) output(resourceOutputKey('table', name), tables.byName[name].tableName);
    for (const name of namesOf(secrets.byName)) output(resourceOutputKey('secret', name), secrets.byName[name].attrId);
    output(outputKey('auditBucket'), this.audit.bucket.bucketName);
  }
}
