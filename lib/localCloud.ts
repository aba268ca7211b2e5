import { CfnResource, type IAspect } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/** What the local cloud's CloudFormation does not know, and refuses the whole template for. */
const unknownTypes = new Set([
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::WAFv2::WebACLAssociation',
  'AWS::CloudWatch::CompositeAlarm',
]);

/**
 * A start counts as a part of a call there, and each of many requests at once starts a process of its own, on a machine
 * that may be busy: ten seconds, which is long on AWS, are not enough.
 */
const leastTimeoutSeconds = 60;

/**
 * Takes out of a local stack what the local cloud cannot make, and says so; gives its Lambdas time to start. A stack for
 * AWS is never given this.
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
