/** A failure that the operator can do something about: one line, which says what. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'CliError';
    this.exitCode = options.exitCode ?? 1;
  }
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [/^CredentialsProviderError$/, 'no AWS credentials: sign in (aws sso login), or set AWS_PROFILE'],
  [
    /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/,
    'the AWS credentials have expired: sign in again',
  ],
  [
    /^(UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch)$/,
    'AWS refuses the credentials: check AWS_PROFILE, or the access key in the environment',
  ],
  [/^(ENOSPC|EDQUOT)$/, 'no space is left on the disk'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'the AWS endpoint is not found: check AWS_REGION, AWS_ENDPOINT_URL and the network'],
];

/** One line for any error: what happened and, where it is known, what to do. */
export function describeError(error: unknown): string {
  if (error instanceof CliError) return error.message;
  for (const one of causes(error)) {
    const names = [one.name, 'code' in one ? String(one.code) : ''];
    const remedy = remedies.find(([pattern]) => names.some((name) => pattern.test(name)));
    if (remedy) return remedy[1];
    if (names.includes('ECONNREFUSED')) return `${connection(one)}: is the local cloud up? (npm run up)`;
    if (/^Region is missing/.test(one.message)) return 'no AWS region: set AWS_REGION, or a region in the profile';
    if (/AccessDenied/.test(one.name)) return `not allowed: ${oneLine(one.message)}`;
  }
  const last = causes(error).at(-1);
  return last ? oneLine(last.message || last.name) : 'unknown error';
}

/** The exit code of an error that nobody caught: the error's own, or 1. */
export function exitCodeOf(error: unknown): number {
  return error instanceof CliError ? error.exitCode : 1;
}

function connection(error: Error): string {
  const address = /ECONNREFUSED (\S+)/.exec(error.message)?.[1];
  return address ? `nothing answers at ${address}` : 'nothing answers at the endpoint';
}

/** The error, its causes, and the errors inside an AggregateError. */
function causes(error: unknown): readonly Error[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors.flatMap(causes) : [];
  return [error, ...inner, ...causes(error.cause)];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
