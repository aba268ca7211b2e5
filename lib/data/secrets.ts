import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { upperFirst } from '../../lambdas/contract/casing.ts';
import { mapRecord } from '../../lambdas/contract/records.ts';
import { type SecretName, secrets } from '../../lambdas/manifest/secrets.ts';
import { acknowledge } from '../acknowledge.ts';
import { customerKey } from './customerKey.ts';
import { removal } from './removal.ts';

/**
 * The key rings. They are created without a value, so that no template and no deployment role ever holds one: a Lambda
 * makes the first rings, at deployment.
 */
export class Secrets extends Construct {
  readonly key: Key;
  readonly byName: Readonly<Record<SecretName, CfnSecret>>;

  constructor(scope: Construct, id: string, props: { readonly retain: boolean }) {
    super(scope, id);
    this.key = customerKey(this, 'Key', { description: 'Gatehouse: key rings', retain: props.retain });
    this.byName = mapRecord(secrets, ({ description, rotation }, name) => {
      const ring = new CfnSecret(this, upperFirst(name), {
        description: `Gatehouse: ${description}`,
        kmsKeyId: this.key.keyArn,
      });
      ring.applyRemovalPolicy(removal(props));
      const scheduled = 'Rotated by a schedule in the API stack, beside the Lambda that rotates.';
      acknowledge(ring, 'AwsSolutions-SMG4', rotation.by === 'schedule' ? scheduled : rotation.because);
      return ring;
    });
  }
}
