import { type ClientOptions, createServiceClient, type Send } from './serviceClient.ts';
import type { CallOptions } from './transport.ts';

/* As much of `@aws-sdk/client-secrets-manager` as reading a secret takes, under the same names. */

const service = {
  name: 'secretsmanager',
  target: 'secretsmanager',
  contentType: 'application/x-amz-json-1.1',
  endpointVariable: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
};

export class GetSecretValueCommand {
  readonly input: { readonly SecretId: string };
  constructor(input: { readonly SecretId: string }) {
    this.input = input;
  }
}

export class SecretsManagerClient {
  readonly #call: Send;

  constructor(options?: ClientOptions) {
    this.#call = createServiceClient(service, options);
  }

  send({ input }: GetSecretValueCommand, options?: CallOptions): Promise<Record<string, unknown>> {
    return this.#call('GetSecretValue', input, options);
  }
}
