import { DefaultStackSynthesizer, Duration, Fn, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { customerKey } from './customerKey.ts';
import { removal } from './removal.ts';

export interface AuditBucketProps {
  readonly retentionDays: number;
  /** Whether bucket, policy and key outlive the stack. A bucket that holds locked objects cannot be deleted anyway. */
  readonly retain: boolean;
}

/**
 * The bucket of the audit log. Object Lock keeps every version; the bucket policy keeps a key from getting a second
 * version or a delete marker. Its denials except no caller: neither the writer nor an administrator nor the account's
 * root, whose requests are refused for as long as the policy stands.
 */
export class AuditBucket extends Construct {
  readonly bucket: Bucket;
  readonly key: Key;

  constructor(scope: Construct, id: string, { retentionDays, retain }: AuditBucketProps) {
    super(scope, id);
    this.key = customerKey(this, 'Key', { description: 'Gatehouse: audit log', retain });
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(Duration.days(retentionDays)),
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: removal({ retain }),
    });
    for (const statement of this.#denials()) this.bucket.addToResourcePolicy(statement);
    // The policy stays with the bucket: a teardown must not open the log to deleting and overwriting.
    this.bucket.policy?.applyRemovalPolicy(removal({ retain }));
    acknowledge(
      this.bucket,
      'AwsSolutions-S1',
      'Server access logs are best effort; who read the log is recorded by CloudTrail data events, which belong to ' +
        'the account.',
    );
  }

  #denials(): PolicyStatement[] {
    const objects = this.bucket.arnForObjects('*');
    const deny = (sid: string, actions: string[], conditions: Record<string, object> = {}, resource = objects) =>
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions,
        resources: [resource],
        conditions,
      });
    return [
      deny('NeverDelete', ['s3:DeleteObject*']),
      deny('OnlyCreate', ['s3:PutObject'], { Null: { 's3:if-none-match': 'true' } }),
      // A put with a retention of its own could be locked for less than the default.
      deny('OnlyDefaultRetention', ['s3:PutObjectRetention', 's3:BypassGovernanceRetention']),
      // A replica carries no condition, so it could overwrite an object.
      deny('NeverReplicateInto', ['s3:ReplicateObject', 's3:ReplicateDelete']),
      deny('NeverExpire', ['s3:PutLifecycleConfiguration'], {}, this.bucket.bucketArn),
      deny(
        'RetentionByDeploymentOnly',
        ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning'],
        this.#notTheDeployment(),
        this.bucket.bucketArn,
      ),
    ];
  }

  /** Excepts the deploying role: the default retention is a setting of the stage, and a deployment may change it. */
  #notTheDeployment(): Record<string, object> {
    const { synthesizer } = Stack.of(this);
    return synthesizer instanceof DefaultStackSynthesizer
      ? { ArnNotEquals: { 'aws:PrincipalArn': Fn.sub(synthesizer.cloudFormationExecutionRoleArn) } }
      : {};
  }
}
