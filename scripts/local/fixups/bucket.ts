import {
  GetBucketEncryptionCommand,
  GetObjectLockConfigurationCommand,
  PutBucketEncryptionCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { Fix } from './fix.ts';

const propertiesSchema = z.object({
  ObjectLockConfiguration: z
    .object({
      Rule: z.object({ DefaultRetention: z.object({ Mode: z.enum(['COMPLIANCE', 'GOVERNANCE']), Days: z.int() }) }),
    })
    .optional(),
  BucketEncryption: z
    .object({
      ServerSideEncryptionConfiguration: z.tuple([
        z.object({
          BucketKeyEnabled: z.boolean().optional(),
          ServerSideEncryptionByDefault: z.object({
            SSEAlgorithm: z.enum(['aws:kms', 'AES256']),
            KMSMasterKeyID: z.string().optional(),
          }),
        }),
      ]),
    })
    .optional(),
});
type Properties = z.infer<typeof propertiesSchema>;

export const fixBucket: Fix = async ({ s3 }, bucket, properties) => {
  const { ObjectLockConfiguration, BucketEncryption } = propertiesSchema.parse(properties);
  const changes: string[] = [];
  if (ObjectLockConfiguration && (await lock(s3, bucket, ObjectLockConfiguration))) changes.push('Object Lock');
  if (BucketEncryption && (await encrypt(s3, bucket, BucketEncryption))) changes.push('encryption');
  return changes;
};

async function lock(
  s3: S3Client,
  Bucket: string,
  { Rule }: NonNullable<Properties['ObjectLockConfiguration']>,
): Promise<boolean> {
  const now = await orUndefined(s3.send(new GetObjectLockConfigurationCommand({ Bucket })));
  const { Mode, Days } = Rule.DefaultRetention;
  const retention = now?.ObjectLockConfiguration?.Rule?.DefaultRetention;
  if (retention?.Mode === Mode && retention.Days === Days) return false;
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode, Days } } } as const;
  await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
  return true;
}

async function encrypt(
  s3: S3Client,
  Bucket: string,
  { ServerSideEncryptionConfiguration: [wanted] }: NonNullable<Properties['BucketEncryption']>,
): Promise<boolean> {
  const now = await orUndefined(s3.send(new GetBucketEncryptionCommand({ Bucket })));
  const rule = now?.ServerSideEncryptionConfiguration?.Rules?.[0];
  const { SSEAlgorithm, KMSMasterKeyID } = wanted.ServerSideEncryptionByDefault;
  const seen = rule?.ApplyServerSideEncryptionByDefault;
  if (seen?.SSEAlgorithm === SSEAlgorithm && seen.KMSMasterKeyID === KMSMasterKeyID) return false;
  const Rules = [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...(KMSMasterKeyID && { KMSMasterKeyID }) },
      BucketKeyEnabled: wanted.BucketKeyEnabled ?? false,
    },
  ];
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  return true;
}

/** The answer, or undefined where S3 says that nothing is configured. */
async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && error.name.endsWith('NotFoundError')) return undefined;
    throw error;
  }
}
