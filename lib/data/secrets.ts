import { RemovalPolicy } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { SecretName } from '../functions/privileges.ts';
import { customerKey } from './customerKey.ts';

/**
 * The key rings. They are created without a value, so that no template and no deploying role ever holds a key. A Lambda
 * makes the first rings, at deployment.
 */
export class Secrets extends Construct {
  readonly key: Key;
  readonly byName: Readonly<Record<SecretName, CfnSecret>>;

  constructor(scope: Construct, id: string, props: { readonly retain: boolean }) {
    super(scope, id);
    this.key = customerKey(this, 'Key', { description: 'Gatehouse: key rings', retain: props.retain });
    this.byName = {
      signingKeys: this.#ring(
        'SigningKeys',
        'Signing key ring: retired public keys, current and next key',
        props.retain,
      ),
      refreshKeys: this.#ring('RefreshKeys', 'MAC keys of refresh tokens', props.retain),
      mailKeys: this.#ring('MailKeys', 'MAC keys of mailed tokens', props.retain),
      credentialKeys: this.#ring('CredentialKeys', 'Password pepper, and what protects factors', props.retain),
    };
    const mailKeys = 'A mailed token lives ten minutes and is single-use; the keys are replaced by hand, with overlap.';
    acknowledge(this.byName.mailKeys, 'AwsSolutions-SMG4', mailKeys);
    const credentialKeys =
      'Versions are only ever added: a password hash or a factor is lost with the key it was made under.';
    acknowledge(this.byName.credentialKeys, 'AwsSolutions-SMG4', credentialKeys);
    const rotated = 'Rotated by a schedule in the API stack, beside the Lambda that rotates.';
    acknowledge(this.byName.signingKeys, 'AwsSolutions-SMG4', rotated);
    acknowledge(this.byName.refreshKeys, 'AwsSolutions-SMG4', rotated);
  }

  #ring(id: string, description: string, retain: boolean): CfnSecret {
    const secret = new CfnSecret(this, id, { description: `Gatehouse: ${description}`, kmsKeyId: this.key.keyArn });
    secret.applyRemovalPolicy(retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    return secret;
  }
}
