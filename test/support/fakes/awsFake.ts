/** What an AWS SDK client hands to its transport, and takes back, as far as the JSON protocols go. */
interface TransportRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An error as the service would answer it. */
export class ServiceError extends Error {
  /** What the answer holds besides. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(name: string, message = 'refused', members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = name;
    this.members = members;
  }
}

/**
 * A request handler for an SDK client that calls a function instead of the network. A ServiceError is answered as such;
 * anything else that is thrown reaches the caller as if the connection had broken.
 */
export function inProcess(answer: (operation: string, input: Record<string, unknown>) => unknown) {
  return {
    async handle(request: TransportRequest) {
      const operation = request.headers['x-amz-target']?.split('.')[1] ?? '';
      const input: Record<string, unknown> = JSON.parse(textOf(request.body));
      try {
        return { response: jsonResponse(200, (await answer(operation, input)) ?? {}) };
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return { response: jsonResponse(400, { ...error.members, __type: error.name, message: error.message }) };
      }
    },
  };
}

export const fakeCredentials = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
} as const;

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body);
}

function jsonResponse(statusCode: number, body: unknown) {
  return {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}
