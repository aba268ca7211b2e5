import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { GatehouseFunction } from './gatehouseFunction.ts';
import type { Logs } from './logs.ts';

export interface DeploymentCallProps {
  readonly called: GatehouseFunction;
  readonly logs: Logs;
  /** The custom resource: its id, and its type after `Custom::Gatehouse`. */
  readonly resource: { readonly id: string; readonly type: string };
  /** A change of any of these calls it again. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly timeoutMinutes: number;
}

/** Calls a Lambda in a deployment, and fails the deployment when that fails. */
export class DeploymentCall extends Construct {
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: DeploymentCallProps) {
    super(scope, id);
    const { called, logs, resource } = props;
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
      onEventHandler: called.lambda,
      frameworkOnEventRole: role,
      logGroup,
    });
    acknowledge(
      role,
      `AwsSolutions-IAM5[Resource::<${stack.resolve(called.resource.logicalId)}.Arn>:*]`,
      'The provider grants itself the versions of the one Lambda it calls; there are none.',
    );
    this.resource = new CustomResource(this, resource.id, {
      serviceToken: provider.serviceToken,
      resourceType: `Custom::Gatehouse${resource.type}`,
      serviceTimeout: Duration.minutes(props.timeoutMinutes),
      properties: props.properties,
    });
    this.resource.node.addDependency(called);
  }
}
