import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { GatehouseFunction } from './gatehouseFunction.ts';
import type { Logs } from './logs.ts';

export interface KeyInitializationProps {
  readonly initializer: GatehouseFunction;
  readonly logs: Logs;
  /** ARNs of the secrets that hold the rings: a new secret gets a new ring. */
  readonly secrets: readonly string[];
}

/**
 * Makes the first key rings at deployment, and fails the deployment when that fails. Rings that exist stay as they are.
 */
export class KeyInitialization extends Construct {
  constructor(scope: Construct, id: string, { initializer, logs, secrets }: KeyInitializationProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const logGroup = logs.group(this, 'ProviderLogs');
    const role = new Role(this, 'ProviderRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    const provider = new Provider(this, 'Provider', {
      onEventHandler: initializer.lambda,
      frameworkOnEventRole: role,
      logGroup,
    });
    acknowledge(
      role,
      `AwsSolutions-IAM5[Resource::<${stack.resolve(initializer.resource.logicalId)}.Arn>:*]`,
      'The provider grants itself the versions of the one Lambda it calls; there are none.',
    );
    const rings = new CustomResource(this, 'Rings', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::GatehouseKeyRings',
      serviceTimeout: Duration.minutes(5),
      // Either change runs it again: a new ring, or new code that makes rings.
      properties: { secrets, code: initializer.resource.code },
    });
    rings.node.addDependency(initializer);
  }
}
