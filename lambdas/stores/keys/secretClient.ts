import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { boundedRequests, requestCalls } from '../../core/common/boundedRequests.ts';

/** Short time-outs: a request whose secret cannot be read in a few seconds is answered 503. */
export function createSecretsClient(): SecretsManagerClient {
  return new SecretsManagerClient({
    maxAttempts: requestCalls.attempts,
    requestHandler: boundedRequests(requestCalls.timeoutMs),
  });
}

/** The text of the secret's current version. */
export async function readCurrentSecret(client: SecretsManagerClient, secretId: string): Promise<string> {
  const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretId }));
  if (text === undefined) throw new Error('the secret holds no text');
  return text;
}
