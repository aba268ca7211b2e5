import { AsyncLocalStorage } from 'node:async_hooks';
import * as light from '../../../lambdas/stores/light/dynamodb.ts';
import type { ClientOptions } from '../../../lambdas/stores/light/serviceClient.ts';
import { createTransport, type RequestHandler } from '../../../lambdas/stores/light/transport.ts';

/*
 * What the tests of the stores take from the SDK, with the light client in its place (`vitest.config.ts`): its tables
 * can be made, and middleware around a call (`initialize`) or around each of its attempts can be taken off again.
 */
export {
  BatchGetCommand,
  BatchWriteCommand,
  ConditionalCheckFailedException,
  DeleteCommand,
  GetCommand,
  PutCommand,
  paginateQuery,
  paginateScan,
  QueryCommand,
  ScanCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
  TransactWriteCommand,
  UpdateCommand,
} from '../../../lambdas/stores/light/dynamodb.ts';
export const CreateTableCommand = light.command('CreateTable');

interface Context {
  readonly commandName: string;
}
type Next = (args: { readonly input: unknown }) => Promise<unknown>;
type Middleware = (next: Next, context: Context) => Next;

const called = new AsyncLocalStorage<Context>();

export class DynamoDBClient extends light.DynamoDBClient {
  readonly aroundAttempts: Map<string, Middleware>;

  constructor({ requestHandler, ...options }: ClientOptions = {}) {
    const around = new Map<string, Middleware>();
    // The tests share the processors of a machine with the database.
    const patient = createTransport({ connectionTimeout: 10_000, requestTimeout: 60_000 });
    const handler = requestHandler && 'handle' in requestHandler ? requestHandler : patient;
    super({
      maxAttempts: 3,
      ...options,
      requestHandler: {
        async handle(request, callOptions) {
          let answer: Awaited<ReturnType<RequestHandler['handle']>> | undefined;
          const send: Next = async () => {
            answer = await handler.handle(request, callOptions);
          };
          const context = called.getStore() ?? { commandName: '' };
          await [...around.values()].reduce((next, middleware) => middleware(next, context), send)({ input: request });
          if (!answer) throw new Error('a middleware answered by itself');
          return answer;
        },
      },
    });
    this.aroundAttempts = around;
  }
}

type AnyCommand = InstanceType<typeof light.GetCommand>;

export class DynamoDBDocumentClient {
  readonly #client: light.DynamoDBDocumentClient;
  readonly #aroundCalls = new Map<string, Middleware>();
  readonly middlewareStack;

  private constructor(client: DynamoDBClient) {
    this.#client = light.DynamoDBDocumentClient.from(client);
    const places = [this.#aroundCalls, client.aroundAttempts];
    this.middlewareStack = {
      add: (middleware: Middleware, { step, name }: { readonly step: string; readonly name: string }) =>
        void (step === 'initialize' ? this.#aroundCalls : client.aroundAttempts).set(name, middleware),
      remove: (name: string) => void places.map((place) => place.delete(name)),
    };
  }

  static from(client: DynamoDBClient): DynamoDBDocumentClient {
    return new DynamoDBDocumentClient(client);
  }

  send(command: AnyCommand, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown> {
    const context = { commandName: `${command.operation}Command` };
    const send: Next = () => called.run(context, () => this.#client.send(command, options));
    return [...this.#aroundCalls.values()].reduce((next, middleware) => middleware(next, context), send)(command);
  }
}
