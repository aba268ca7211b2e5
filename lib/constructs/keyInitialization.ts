import { CfnElement, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct, type IConstruct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { GatehouseFunction } from './gatehouseFunction.ts';
import type { Logs } from './logs.ts';

export interface KeyInitializationProps {
  readonly initializer: GatehouseFunction;
  readonly logs: Logs;
  /** ARNs of the rings: a ring that was replaced is made anew. */
  readonly secrets: readonly string[];
}

/** Has the first key rings made at deployment, and fails the deployment when that fails. Rings that exist stay as they are. */
export class KeyInitialization extends Construct {
  constructor(scope: Construct, id: string, { initializer, logs, secrets }: KeyInitializationProps) {
    super(scope, id);
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
      `AwsSolutions-IAM5[Resource::<${logicalIdOf(initializer.lambda)}.Arn>:*]`,
      'The provider grants itself the versions of the one Lambda it calls; there are none.',
    );
    const rings = new CustomResource(this, 'Rings', {
      serviceToken: provider.serviceToken,
      resourceType: 'Custom::GatehouseKeyRings',
      serviceTimeout: Duration.minutes(5),
      properties: { secrets },
    });
    rings.node.addDependency(initializer);
  }
}

function logicalIdOf(resource: IConstruct): string {
  const { defaultChild } = resource.node;
  if (!(defaultChild instanceof CfnElement)) throw new Error(`${resource.node.path} is no resource`);
  return Stack.of(resource).resolve(Stack.of(resource).getLogicalId(defaultChild));
}
