import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';

/** What every AWS client needs to reach a local cloud, whatever AWS configuration the user has. */
export function clientConfig({ endpointUrl, region }: { readonly endpointUrl: string; readonly region: string }) {
  return { endpoint: endpointUrl, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

export function createClients(cloud: { readonly endpointUrl: string; readonly region: string }) {
  const config = clientConfig(cloud);
  return {
    cloudFormation: new CloudFormationClient(config),
    dynamoDb: new DynamoDBClient(config),
    lambda: new LambdaClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
  };
}
export type Clients = ReturnType<typeof createClients>;
