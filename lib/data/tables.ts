import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { mapRecord, namesOf } from '../../lambdas/contract/records.ts';
import { sweepIndex, type TableDefinition, type TableName, tables } from '../../lambdas/manifest/tables.ts';
import { acknowledge } from '../acknowledge.ts';
import { customerKey } from './customerKey.ts';

/** Every table of the contract, under one customer-managed key. */
export class Tables extends Construct {
  readonly key: Key;
  readonly byName: Readonly<Record<TableName, Table>>;

  constructor(scope: Construct, id: string, props: { readonly retain: boolean }) {
    super(scope, id);
    this.key = customerKey(this, 'Key', { description: 'Gatehouse: tables', retain: props.retain });
    this.byName = mapRecord<TableName, TableDefinition, Table>(tables, (definition, name) =>
      this.#table(name, definition, props.retain),
    );
    // One after another, as CloudFormation asks: DynamoDB limits how many tables with an index are made at a time.
    const indexed = namesOf(tables).filter((name) => 'sweep' in tables[name]);
    for (const [index, name] of indexed.slice(1).entries()) {
      this.byName[name].node.addDependency(this.byName[indexed[index] ?? name]);
    }
  }

  #table(name: TableName, definition: TableDefinition, retain: boolean): Table {
    const { partitionKey, sortKey, ttl, stream, sweep } = definition;
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
      // Not `removal`: what is protected from deletion cannot go with a deployment that fails, and it would fail twice.
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    if (sweep) {
      table.addGlobalSecondaryIndex({
        indexName: sweepIndex.name,
        partitionKey: { name: sweepIndex.shard, type: AttributeType.STRING },
        sortKey: { name: sweep.dueAt, type: AttributeType.NUMBER },
        ...(sweep.include.length === 0
          ? { projectionType: ProjectionType.KEYS_ONLY }
          : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...sweep.include] }),
      });
    }
    if (!retain) {
      acknowledge(table, 'AwsSolutions-DDB3', 'This stage holds nothing that would have to be restored.');
    }
    return table;
  }
}
