import { RemovalPolicy } from 'aws-cdk-lib';

/**
 * What becomes of a resource that outlives its stack, or does not. If the deployment that makes it fails, it goes with
 * the rest, so that the next one finds no orphan
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html).
 */
export function removal({ retain }: { readonly retain: boolean }): RemovalPolicy {
  return retain ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
