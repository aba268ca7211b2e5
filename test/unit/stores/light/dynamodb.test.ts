import * as clients from '@aws-sdk/client-dynamodb';
import * as documents from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import * as light from '../../../../lambdas/stores/light/dynamodb.ts';
import { signedHeaders } from '../../../../lambdas/stores/light/signature.ts';

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' };
const options = { region: 'eu-west-1', credentials, maxAttempts: 1 };

interface Sent {
  readonly hostname: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const item = { pk: 'a', n: 1.5, on: true, none: null, list: ['x', 2, { deep: undefined }], tags: new Set(['x', 'y']) };
const marshalled = { pk: { S: 'a' }, n: { N: '1.5' }, list: { L: [{ S: 'x' }, { M: { k: { BOOL: false } } }] } };
const condition = {
  ConditionExpression: '#a = :a',
  ExpressionAttributeNames: { '#a': 'Key' },
  ExpressionAttributeValues: { ':a': item },
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
} as const;
const TableName = 'T';
const Key = { pk: 'a' };

/** A call of each operation that the stores use, and an answer to it as it goes over the wire. */
const calls = {
  GetCommand: [{ TableName, Key, ConsistentRead: true }, { Item: marshalled }],
  BatchGetCommand: [
    { RequestItems: { T: { Keys: [Key], ConsistentRead: true } } },
    { Responses: { T: [marshalled] }, UnprocessedKeys: { T: { Keys: [{ pk: { S: 'a' } }] } } },
  ],
  QueryCommand: [
    {
      TableName,
      KeyConditionExpression: '#a = :a',
      ExpressionAttributeNames: condition.ExpressionAttributeNames,
      ExpressionAttributeValues: { ':a': 'a' },
      ExclusiveStartKey: Key,
    },
    { Items: [marshalled], Count: 1, LastEvaluatedKey: { pk: { S: 'a' } } },
  ],
  ScanCommand: [{ TableName, ExclusiveStartKey: undefined }, { Items: [marshalled] }],
  PutCommand: [{ TableName, Item: item, ...condition }, {}],
  UpdateCommand: [
    { TableName, Key, UpdateExpression: 'SET #a = :a', ...condition, ReturnValues: 'ALL_NEW' },
    { Attributes: marshalled },
  ],
  DeleteCommand: [{ TableName, Key, ...condition }, {}],
  BatchWriteCommand: [
    { RequestItems: { T: [{ DeleteRequest: { Key } }, { PutRequest: { Item: item } }] } },
    { UnprocessedItems: { T: [{ DeleteRequest: { Key: { pk: { S: 'a' } } } }] } },
  ],
  TransactWriteCommand: [
    {
      ClientRequestToken: 'token',
      TransactItems: [
        { Put: { TableName, Item: item, ...condition } },
        { Update: { TableName, Key, UpdateExpression: 'SET #a = :a', ...condition } },
        { ConditionCheck: { TableName, Key, ...condition } },
        { Delete: { TableName, Key } },
      ],
    },
    {},
  ],
} as const;
type Name = keyof typeof calls;
const names = Object.keys(calls).filter((name): name is Name => name in calls);

/** Answers in the place of the network, and keeps what was sent. */
function recorder(statusCode: number, answer: unknown) {
  const sent: Sent[] = [];
  const requestHandler = {
    async handle(request: Sent) {
      sent.push(request);
      const body = new TextEncoder().encode(JSON.stringify(answer));
      return { response: { statusCode, headers: { 'content-type': 'application/x-amz-json-1.0' }, body } };
    },
  };
  return { sent, requestHandler };
}

type Handler = ReturnType<typeof recorder>['requestHandler'];

const ours = (requestHandler: Handler) => {
  const client = light.DynamoDBDocumentClient.from(new light.DynamoDBClient({ ...options, requestHandler }));
  return (name: Name, input: unknown) => client.send(Reflect.construct(ourNames[name], [input]));
};

const theirs = (requestHandler: Handler) => {
  const client = documents.DynamoDBDocumentClient.from(new clients.DynamoDBClient({ ...options, requestHandler }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return (name: Name, input: unknown): Promise<unknown> => client.send(Reflect.construct(theirNames[name], [input]));
};

const ourNames: Readonly<Record<Name, typeof light.GetCommand>> = light;
const theirNames: Readonly<Record<Name, abstract new (input: never) => unknown>> = documents;

const errors = [
  'ConditionalCheckFailedException',
  'TransactionCanceledException',
  'TransactionConflictException',
  'TransactionInProgressException',
] as const;
const ourErrors: Readonly<Record<(typeof errors)[number], unknown>> = light;
const theirErrors: typeof ourErrors = clients;

/** What a client sends and returns, or throws. */
async function outcome(make: typeof ours, name: Name, answer: unknown, status = 200) {
  const { sent, requestHandler } = recorder(status, answer);
  const returned = await make(requestHandler)(name, calls[name][0]).catch((error: unknown) => error);
  return { sent: sent[0] ?? expect.fail('nothing was sent'), returned };
}

const json = (body: unknown) => JSON.parse(body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body));

describe('the light client, beside the SDK', () => {
  it.each(names)('sends the same %s', async (name) => {
    const [light, sdk] = [await outcome(ours, name, {}), await outcome(theirs, name, {})];
    expect(json(light.sent.body)).toEqual(json(sdk.sent.body));
    for (const header of ['x-amz-target', 'content-type', 'x-amz-security-token'])
      expect([header, light.sent.headers[header]]).toEqual([header, sdk.sent.headers[header]]);
    expect(light.sent).toMatchObject({ method: 'POST', path: '/', hostname: 'dynamodb.eu-west-1.amazonaws.com' });
  });

  it.each(names)('reads the same answer to %s', async (name) => {
    const [light, sdk] = [await outcome(ours, name, calls[name][1]), await outcome(theirs, name, calls[name][1])];
    expect({ ...Object(sdk.returned), $metadata: {} }).toEqual({ ...Object(light.returned), $metadata: {} });
  });

  it.each([
    ['ConditionalCheckFailedException', { Item: marshalled }],
    ['TransactionCanceledException', { CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: marshalled }] }],
    ['TransactionConflictException', {}],
    ['TransactionInProgressException', {}],
  ] as const)('throws the same %s', async (name, members) => {
    const answer = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'refused', ...members };
    for (const [make, kit] of [
      [ours, ourErrors],
      [theirs, theirErrors],
    ] as const) {
      const { returned } = await outcome(make, 'TransactWriteCommand', answer, 400);
      expect(returned).toBeInstanceOf(kit[name]);
      expect(returned).toMatchObject({ name, message: 'refused', ...members });
    }
  });

  it.each([credentials, { accessKeyId: 'AKID', secretAccessKey: 'other' }])(
    'signs as the SDK does',
    async (identity) => {
      const { sent, requestHandler } = recorder(200, {});
      const client = new clients.DynamoDBClient({ region: 'eu-west-1', credentials: identity, requestHandler });
      await client.send(new clients.ListTablesCommand({ ExclusiveStartTableName: 'Größe' }));
      const [{ headers: theirs, body } = expect.fail('nothing was sent')] = sent;
      const { authorization = '', 'x-amz-date': at = '' } = theirs;
      const signed = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
      const headers = Object.fromEntries(signed.map((name) => [name, theirs[name] ?? '']));
      const nowMs = Date.parse(at.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
      const request = { service: 'dynamodb', region: 'eu-west-1', headers, body: JSON.stringify(json(body)) };
      expect(signed).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-target']));
      expect(signedHeaders(request, identity, nowMs)['authorization']).toBe(authorization);
    },
  );

  it.each(['eu-west-1', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1'])(
    'asks in %s where the SDK does',
    async (region) => {
      const { sent, requestHandler } = recorder(200, {});
      const given = { ...options, region, requestHandler };
      await light.DynamoDBDocumentClient.from(new light.DynamoDBClient(given)).send(
        new light.GetCommand({ TableName, Key }),
      );
      await documents.DynamoDBDocumentClient.from(new clients.DynamoDBClient(given)).send(
        new documents.GetCommand({ TableName, Key }),
      );
      const [ours, theirs] = sent.map(({ hostname, headers: { host } }) => ({ hostname, host }));
      expect(theirs).toMatchObject({ hostname: expect.stringContaining(region) });
      expect(ours).toEqual(theirs);
    },
  );

  it('signs all headers that it sends but the signature', async () => {
    const { headers } = (await outcome(ours, 'PutCommand', {})).sent;
    const { authorization = '', ...others } = headers;
    expect(authorization).toContain(`SignedHeaders=${Object.keys(others).toSorted().join(';')},`);
    expect(headers).toMatchObject({ host: 'dynamodb.eu-west-1.amazonaws.com', 'x-amz-security-token': 'session' });
  });
});
