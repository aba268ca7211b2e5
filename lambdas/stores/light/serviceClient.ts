import { environmentCredentials, variable } from './credentials.ts';
import { type Credentials, signedHeaders } from './signature.ts';
import { type CallOptions, createTransport, type RequestHandler, type TransportBounds } from './transport.ts';

/** A service that speaks AWS's JSON protocol. */
export interface Service {
  /** Its name in addresses and signatures. */
  readonly name: string;
  /** What `X-Amz-Target` begins with. */
  readonly target: string;
  readonly contentType: string;
  /** The variable that holds an address of its own. */
  readonly endpointVariable: string;
}

/** Those options of an SDK client that we use. What is absent comes from the environment, as Lambda sets it. */
export interface ClientOptions {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: Credentials;
  readonly maxAttempts?: number;
  readonly requestHandler?: RequestHandler | TransportBounds;
}

interface ServiceFault {
  readonly message: string;
  readonly $metadata: { readonly httpStatusCode?: number };
  /** As the service calls it. */
  readonly name?: string;
}

/** What a service answers instead. What else the answer held are members of it. */
export class ServiceException extends Error {
  override readonly name: string;
  readonly $metadata: ServiceFault['$metadata'];

  constructor({ name = 'UnknownError', message, $metadata, ...members }: ServiceFault) {
    super(message);
    this.name = name;
    this.$metadata = $metadata;
    Object.assign(this, members);
  }
}

export type Send = (operation: string, input: unknown, options?: CallOptions) => Promise<Record<string, unknown>>;

const defaultBounds: TransportBounds = { connectionTimeout: 1000, requestTimeout: 2500 };

/**
 * Signed requests to one service (Signature Version 4). A call is tried again, after a pause with jitter, when the
 * connection failed, time ran out, or the service was busy or broken; what it refuses is thrown at once.
 *
 * @param exceptions the classes of the errors that a caller tells apart, by name
 */
export function createServiceClient(
  service: Service,
  options: ClientOptions = {},
  exceptions: Readonly<Record<string, typeof ServiceException>> = {},
): Send {
  const { requestHandler = defaultBounds, maxAttempts = 2 } = options;
  const handler = 'handle' in requestHandler ? requestHandler : createTransport(requestHandler);
  const region = options.region ?? variable('AWS_REGION');
  const { protocol, hostname, port, host } = new URL(options.endpoint ?? endpointOf(service, region));

  const attempt: Send = async (operation, input, callOptions) => {
    const body = JSON.stringify(input);
    const unsigned = {
      host,
      'content-type': service.contentType,
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-target': `${service.target}.${operation}`,
    };
    // Anew for each attempt: a signature is good for minutes, and a Lambda may stand still between two attempts.
    const headers = signedHeaders(
      { service: service.name, region, headers: unsigned, body },
      options.credentials ?? environmentCredentials(),
      Date.now(),
    );
    const request = { method: 'POST', path: '/', protocol, hostname, port: port === '' ? undefined : Number(port) };
    const { response } = await handler.handle({ ...request, headers, body }, callOptions);
    const { statusCode: httpStatusCode } = response;
    const parsed = parseAnswer(response.body);
    if (httpStatusCode < 300) {
      // What says nothing must not be taken for an answer that nothing is there, such as no revocation.
      if (!parsed) throw new Error('the answer is no JSON object');
      return parsed;
    }
    // Something in between refuses in words of its own.
    const { __type: type, ...answer } = parsed ?? {};
    const { message, Message = 'no message', ...members } = answer;
    // `com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException`, and maybe a colon with an address.
    const name = String(type ?? 'UnknownError').replace(/:.*$|^[^:]*#/g, '');
    const fault = { ...members, name, message: String(message ?? Message), $metadata: { httpStatusCode } };
    throw new (exceptions[name] ?? ServiceException)(fault);
  };

  return async (operation, input, callOptions) => {
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(operation, input, callOptions);
      } catch (error) {
        if (tries >= maxAttempts || callOptions?.abortSignal?.aborted || !isPassing(error)) throw error;
        await pause(Math.random() * (isThrottling(error) ? 500 : 100), callOptions?.abortSignal);
      }
    }
  };
}

/** An error that is no answer is one of the connection. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof ServiceException)) return true;
  return (error.$metadata.httpStatusCode ?? 0) >= 500 || isThrottling(error);
}

const throttling: ReadonlySet<string> = new Set([
  ...['ThrottlingException', 'Throttling', 'ThrottledException', 'RequestThrottledException', 'RequestThrottled'],
  ...['TooManyRequestsException', 'RequestLimitExceeded', 'LimitExceededException'],
  ...['ProvisionedThroughputExceededException', 'TransactionInProgressException'],
]);

function isThrottling(error: unknown): boolean {
  return error instanceof ServiceException && (throttling.has(error.name) || error.$metadata.httpStatusCode === 429);
}

/** Undefined for what is no JSON object, which is no answer of the service. */
function parseAnswer(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const answer: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? Object(answer) : undefined;
  } catch {
    return undefined;
  }
}

function endpointOf({ name, endpointVariable }: Service, region: string): string {
  // An empty one is none, as for the SDK.
  const given = process.env[endpointVariable] || process.env['AWS_ENDPOINT_URL'];
  return given || `https://${name}.${region}.${domainOf(region)}`;
}

/** The domain of a region's partition. */
function domainOf(region: string): string {
  if (region.startsWith('cn-')) return 'amazonaws.com.cn';
  return region.startsWith('eusc-') ? 'amazonaws.eu' : 'amazonaws.com';
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
