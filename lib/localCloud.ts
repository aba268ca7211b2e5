import { CfnResource, type IAspect } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** Types that the local cloud's CloudFormation does not know: it refuses a template that has one. */
const unknownTypes = new Set([
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::WAFv2::WebACLAssociation',
  'AWS::CloudWatch::CompositeAlarm',
]);

/**
 * In the local cloud a cold start counts towards a call's time limit, and each of many requests at once starts a
 * process of its own on a machine that may be busy. Ten seconds, which is long on AWS, are not enough.
 */
const leastTimeoutSeconds = 60;

/**
 * Removes from a local stack what the local cloud cannot make, and prints each removal; gives its Lambdas time to
 * start. A stack for AWS never gets this Aspect.
 */
export class LocalCloud implements IAspect {
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void = (line) => console.error(line)) {
    this.#print = print;
  }

  visit(node: IConstruct): void {
    if (node instanceof CfnFunction) node.timeout = Math.max(node.timeout ?? 0, leastTimeoutSeconds);
    if (!(node instanceof CfnResource) || !unknownTypes.has(node.cfnResourceType)) return;
    node.node.scope?.node.tryRemoveChild(node.node.id);
    this.#print(`not in the local cloud: ${node.cfnResourceType} (${node.node.path})`);
  }
}
