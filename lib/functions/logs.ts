import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { customerKey } from '../data/customerKey.ts';
import { removal } from '../data/removal.ts';

export interface LogsProps {
  readonly retentionDays: number;
  readonly retain: boolean;
}

/** The stack's log groups: encrypted under one key, kept for as long as the stage says. */
export class Logs extends Construct {
  readonly key: Key;
  readonly #props: LogsProps;

  constructor(scope: Construct, id: string, props: LogsProps) {
    super(scope, id);
    this.#props = props;
    this.key = customerKey(this, 'Key', { description: 'Gatehouse: logs', retain: props.retain });
    this.#letLogsUseKey();
  }

  group(scope: Construct, id: string): LogGroup {
    return new LogGroup(scope, id, {
      encryptionKey: this.key,
      retention: this.#props.retentionDays,
      removalPolicy: removal(this.#props),
    });
  }

  /** Only for this stack's own log groups, whose generated names begin with the stack's. */
  #letLogsUseKey(): void {
    const stack = Stack.of(this);
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('logs.amazonaws.com')],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName: `${stack.stackName}-*`,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
  }
}
