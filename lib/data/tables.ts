import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { type TableDefinition, type TableName, tables } from '../../lambdas/manifest/tables.ts';
import { acknowledge } from '../acknowledge.ts';
import { customerKey } from './customerKey.ts';

/** Every table of the contract, under one customer-managed key. */
export class Tables extends Construct {
  readonly key: Key;
  readonly byName: Readonly<Record<TableName, Table>>;

  constructor(scope: Construct, id: string, props: { readonly retain: boolean }) {
    super(scope, id);
    this.key = customerKey(this, 'Key', { description: 'Gatehouse: tables', retain: props.retain });
    this.byName = {
      Accounts: this.#table('Accounts', props.retain),
      Sessions: this.#table('Sessions', props.retain),
      Factors: this.#table('Factors', props.retain),
      Grants: this.#table('Grants', props.retain),
      Limits: this.#table('Limits', props.retain),
      MailSuppressions: this.#table('MailSuppressions', props.retain),
      Revocations: this.#table('Revocations', props.retain),
      PublishedKeys: this.#table('PublishedKeys', props.retain),
      AuditOutbox: this.#table('AuditOutbox', props.retain),
      MailOutbox: this.#table('MailOutbox', props.retain),
    };
  }

  #table(name: TableName, retain: boolean): Table {
    const { partitionKey, sortKey, ttl, stream }: TableDefinition = tables[name];
    const table = new Table(this, name, {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      ...(sortKey && { sortKey: { name: sortKey, type: AttributeType.STRING } }),
      ...(ttl && { timeToLiveAttribute: ttl }),
      ...(stream && { stream: StreamViewType[stream] }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: retain },
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    if (!retain) {
      acknowledge(table, 'AwsSolutions-DDB3', 'This stage holds nothing that would have to be restored.');
    }
    return table;
  }
}
