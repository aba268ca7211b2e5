import { CfnResource, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** What the local cloud's CloudFormation does not know, and refuses the whole template for. */
const unknownTypes = new Set([
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::WAFv2::WebACLAssociation',
  'AWS::CloudWatch::CompositeAlarm',
]);

/** Takes out of a local stack what the local cloud cannot make, and says so. A stack for AWS is never given this. */
export class LocalCloud implements IAspect {
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void = (line) => console.error(line)) {
    this.#print = print;
  }

  visit(node: IConstruct): void {
    if (!(node instanceof CfnResource) || !unknownTypes.has(node.cfnResourceType)) return;
    node.node.scope?.node.tryRemoveChild(node.node.id);
    this.#print(`not in the local cloud: ${node.cfnResourceType} (${node.node.path})`);
  }
}
