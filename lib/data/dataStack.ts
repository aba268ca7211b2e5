import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { outputKey, outputKeys } from '../../lambdas/manifest/deployment.ts';
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
    for (const [name, table] of Object.entries(this.tables.byName)) {
      new CfnOutput(this, outputKey('Table', name), { value: table.tableName });
    }
    for (const [name, secret] of Object.entries(this.secrets.byName)) {
      new CfnOutput(this, outputKey('Secret', name), { value: secret.attrId });
    }
    new CfnOutput(this, outputKeys.auditBucket, { value: this.audit.bucket.bucketName });
  }
}
