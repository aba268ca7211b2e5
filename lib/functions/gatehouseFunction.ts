import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Architecture,
  CfnFunction,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { LambdaName } from '../../lambdas/contract/lambdas.ts';
import type { LambdaDefinition } from '../../lambdas/manifest/definition.ts';
import type { Logs } from './logs.ts';

export interface GatehouseFunctionProps {
  readonly name: LambdaName;
  readonly definition: LambdaDefinition;
  readonly environment: Readonly<Record<string, string>>;
  readonly code: Code;
  readonly architecture: Architecture;
  readonly logs: Logs;
  /** Whether the code has a source map beside it. */
  readonly sourceMaps: boolean;
  readonly reservedConcurrency: number | undefined;
}

/** One Lambda with a role and a log group of its own. The role begins with nothing but its log. */
export class GatehouseFunction extends Construct {
  readonly name: LambdaName;
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: GatehouseFunctionProps) {
    super(scope, id);
    const { definition, name } = props;
    this.name = name;
    const logGroup = props.logs.group(this, 'Logs');
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Gatehouse: ${name}`,
    });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    this.lambda = new LambdaFunction(this, 'Function', {
      description: `Gatehouse: ${definition.description}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: props.architecture,
      handler: 'index.handler',
      code: props.code,
      role: this.role,
      memorySize: definition.memoryMb,
      timeout: Duration.seconds(definition.timeoutSeconds),
      environment: { ...props.environment, ...(props.sourceMaps && { NODE_OPTIONS: '--enable-source-maps' }) },
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      ...(props.reservedConcurrency !== undefined && { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
  }

  /** The Lambda as CloudFormation knows it. */
  get resource(): CfnFunction {
    const { defaultChild } = this.lambda.node;
    if (!(defaultChild instanceof CfnFunction)) throw new Error(`${this.node.path} is no Lambda`);
    return defaultChild;
  }

  /** Lets a deployment create and update this Lambda only after another, and the other alone: not what calls it. */
  updateAfter(other: GatehouseFunction): void {
    this.resource.addResourceDependency(other.resource);
  }
}
