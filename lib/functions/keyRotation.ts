import { Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnRotationSchedule, type CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { GatehouseFunction } from './gatehouseFunction.ts';

export interface KeyRotationProps {
  readonly secret: CfnSecret;
  readonly rotator: GatehouseFunction;
  readonly everyDays: number;
}

/**
 * Rotates a ring by schedule. A deployment never rotates it: a key has to be published for a period before it signs.
 */
export class KeyRotation extends Construct {
  constructor(scope: Construct, id: string, { secret, rotator, everyDays }: KeyRotationProps) {
    super(scope, id);
    rotator.lambda.addPermission('SecretsManager', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
      sourceArn: secret.attrId,
    });
    const schedule = new CfnRotationSchedule(this, 'Schedule', {
      secretId: secret.attrId,
      rotationLambdaArn: rotator.lambda.functionArn,
      rotationRules: { automaticallyAfterDays: everyDays },
      rotateImmediatelyOnUpdate: false,
    });
    schedule.node.addDependency(rotator);
  }
}
