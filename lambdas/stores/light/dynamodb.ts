import { marshallRequest, unmarshallAnswer } from './marshalling.ts';
import { type ClientOptions, createServiceClient, type Send, ServiceException } from './serviceClient.ts';
import type { CallOptions } from './transport.ts';

/*
 * As much of `@aws-sdk/client-dynamodb` and `@aws-sdk/lib-dynamodb` as the stores use, under the same names. The build
 * puts it in their place where people wait for a Lambda to start; the stores and their contract know no difference.
 */

const service = {
  name: 'dynamodb',
  target: 'DynamoDB_20120810',
  contentType: 'application/x-amz-json-1.0',
  endpointVariable: 'AWS_ENDPOINT_URL_DYNAMODB',
};

export class ConditionalCheckFailedException extends ServiceException {}
export class TransactionCanceledException extends ServiceException {}
export class TransactionConflictException extends ServiceException {}
export class TransactionInProgressException extends ServiceException {}

const exceptions = {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
};

interface Call {
  readonly input: unknown;
}
type Next = (args: Call) => Promise<{ readonly output: unknown }>;
type Middleware = (next: Next) => Next;

export class DynamoDBClient {
  readonly call: Send;
  readonly middlewares: Middleware[] = [];
  readonly middlewareStack = { add: (middleware: Middleware) => void this.middlewares.push(middleware) };

  constructor(options?: ClientOptions) {
    this.call = createServiceClient(service, options, exceptions);
  }
}

class Command {
  readonly input: unknown;
  constructor(input: unknown) {
    this.input = input;
  }
}

/** The class of an operation's commands. */
export function command(operation: string) {
  return class extends Command {
    readonly operation = operation;
  };
}

export const GetCommand = command('GetItem');
export const BatchGetCommand = command('BatchGetItem');
export const QueryCommand = command('Query');
export const ScanCommand = command('Scan');
export const PutCommand = command('PutItem');
export const UpdateCommand = command('UpdateItem');
export const DeleteCommand = command('DeleteItem');
export const BatchWriteCommand = command('BatchWriteItem');
export const TransactWriteCommand = command('TransactWriteItems');

type AnyCommand = InstanceType<typeof GetCommand>;
type Answer = Readonly<Record<string, unknown>>;

export class DynamoDBDocumentClient {
  readonly client: DynamoDBClient;

  private constructor(client: DynamoDBClient) {
    this.client = client;
  }

  static from(client: DynamoDBClient): DynamoDBDocumentClient {
    return new DynamoDBDocumentClient(client);
  }

  async send({ operation, input }: AnyCommand, options?: CallOptions): Promise<unknown> {
    const { call, middlewares } = this.client;
    const send: Next = async (args) => ({
      output: unmarshallAnswer(await call(operation, marshallRequest(args.input), options)),
    });
    const { output } = await middlewares.reduce((next, middleware) => middleware(next), send)({ input });
    return output;
  }
}

interface Pagination {
  readonly client: DynamoDBDocumentClient;
}

/** The pages of an answer, as they are asked for. */
function paginator(Page: typeof GetCommand) {
  return async function* ({ client }: Pagination, input: object): AsyncGenerator<Answer> {
    let from: unknown;
    do {
      const page: Answer = Object(await client.send(new Page({ ...input, ExclusiveStartKey: from })));
      yield page;
      from = page['LastEvaluatedKey'];
    } while (from !== undefined);
  };
}

export const paginateQuery = paginator(QueryCommand);
export const paginateScan = paginator(ScanCommand);
