import type { APIGatewayProxyEvent } from 'aws-lambda';

export interface EventInput {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly query?: Readonly<Record<string, readonly string[]>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly authorizer?: Readonly<Record<string, string>>;
  readonly sourceIp?: string;
}

/** What a REST API tells of a caller that has no AWS identity. */
export const noIdentity = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userAgent: null,
  userArn: null,
};

/** The event a REST API passes to a Lambda (proxy integration, payload 1.0). */
export function httpEvent(input: EventInput): APIGatewayProxyEvent {
  const headers = input.headers ?? {};
  const query = input.query ?? {};
  return {
    httpMethod: input.method,
    path: input.path,
    resource: input.path,
    headers: { ...headers },
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    body: input.body ?? null,
    isBase64Encoded: false,
    queryStringParameters: Object.fromEntries(Object.entries(query).map(([name, values]) => [name, values.at(-1)])),
    multiValueQueryStringParameters: Object.fromEntries(
      Object.entries(query).map(([name, values]) => [name, [...values]]),
    ),
    pathParameters: { ...input.pathParameters },
    stageVariables: null,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      authorizer: input.authorizer ? { ...input.authorizer } : undefined,
      httpMethod: input.method,
      identity: { ...noIdentity, sourceIp: input.sourceIp ?? '192.0.2.1' },
      path: input.path,
      protocol: 'HTTP/1.1',
      requestId: 'request-1',
      requestTimeEpoch: Date.now(),
      resourceId: 'resource',
      resourcePath: input.path,
      stage: 'test',
    },
  };
}
