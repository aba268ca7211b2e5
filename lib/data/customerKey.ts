import { Duration } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { removal } from './removal.ts';

export interface CustomerKeyProps {
  readonly description: string;
  /** Whether the key outlives the stack: without it, what it encrypted is gone. */
  readonly retain: boolean;
}

/** A customer-managed key that rotates every year. */
export function customerKey(scope: Construct, id: string, { description, retain }: CustomerKeyProps): Key {
  return new Key(scope, id, {
    description,
    enableKeyRotation: true,
    removalPolicy: removal({ retain }),
    ...(!retain && { pendingWindow: Duration.days(7) }),
  });
}
