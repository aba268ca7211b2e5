import { type GatewayResponse, ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { alwaysHeaders } from '../../lambdas/contract/alwaysHeaders.ts';
import { type ProblemCode, problems, problemType } from '../../lambdas/contract/problems.ts';
import type { Settings } from '../settings.ts';

interface GatewayAnswer {
  readonly code: ProblemCode;
  readonly headers?: Readonly<Record<string, string>>;
}

const retryAfter = { 'Retry-After': '1' };
/** RFC 6750 §3. A Lambda's own header would be renamed on its way. */
const challenge = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };

/** The gateway's own answers, which look like a handler's. */
const answers: readonly (readonly [ResponseType, GatewayAnswer])[] = [
  // The authorizer's refusal. It says that a credential is bad, never that a principal may not do something: 401, no
  // 403.
  [ResponseType.ACCESS_DENIED, { code: 'invalid_token', headers: challenge }],
  [ResponseType.API_CONFIGURATION_ERROR, { code: 'internal' }],
  // An authorizer that fails has not refused: the request may be repeated.
  [ResponseType.AUTHORIZER_CONFIGURATION_ERROR, { code: 'unavailable', headers: retryAfter }],
  [ResponseType.AUTHORIZER_FAILURE, { code: 'unavailable', headers: retryAfter }],
  [ResponseType.BAD_REQUEST_BODY, { code: 'invalid_request' }],
  [ResponseType.BAD_REQUEST_PARAMETERS, { code: 'invalid_request' }],
  [ResponseType.INTEGRATION_FAILURE, { code: 'unavailable', headers: retryAfter }],
  [ResponseType.INTEGRATION_TIMEOUT, { code: 'unavailable', headers: retryAfter }],
  [ResponseType.INVALID_API_KEY, { code: 'forbidden' }],
  // For an unknown path or method the gateway looks for an AWS signature. It complains that there is none, or that a
  // bearer token is none. No method takes a signature, so each of these means that there is no such route.
  [ResponseType.MISSING_AUTHENTICATION_TOKEN, { code: 'not_found' }],
  [ResponseType.INVALID_SIGNATURE, { code: 'not_found' }],
  [ResponseType.EXPIRED_TOKEN, { code: 'not_found' }],
  [ResponseType.DEFAULT_4XX, { code: 'not_found' }],
  [ResponseType.QUOTA_EXCEEDED, { code: 'rate_limited', headers: retryAfter }],
  [ResponseType.REQUEST_TOO_LARGE, { code: 'payload_too_large' }],
  [ResponseType.RESOURCE_NOT_FOUND, { code: 'not_found' }],
  [ResponseType.THROTTLED, { code: 'rate_limited', headers: retryAfter }],
  [ResponseType.UNAUTHORIZED, { code: 'invalid_token', headers: challenge }],
  [ResponseType.UNSUPPORTED_MEDIA_TYPE, { code: 'unsupported_media_type' }],
  [ResponseType.WAF_FILTERED, { code: 'forbidden' }],
  [ResponseType.DEFAULT_5XX, { code: 'internal' }],
];

/** Headers of every answer that does not come from a handler. */
export function commonHeaders({ address }: Pick<Settings, 'address'>): Readonly<Record<string, string>> {
  const issuer = address.kind === 'front' ? address.issuer : undefined;
  return { 'Cache-Control': 'no-store', ...alwaysHeaders(issuer) };
}

/**
 * Gives every answer of the gateway's own the problem format (RFC 9457) and the headers of any other answer. They are
 * made one after the other: an account may make ten calls a second to API Gateway, all of them taken together
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
 */
export function addGatewayResponses(api: RestApi, common: Readonly<Record<string, string>>): void {
  let previous: GatewayResponse | undefined;
  for (const [type, { code, headers }] of answers) {
    const { status, title } = problems[code];
    const response = api.addGatewayResponse(type.responseType, {
      type,
      statusCode: `${status}`,
      responseHeaders: quoted({ 'Content-Type': 'application/problem+json', ...common, ...headers }),
      templates: {
        'application/json': JSON.stringify({
          type: problemType(code),
          title,
          status,
          code,
          detail: title,
          request_id: '$context.requestId',
        }),
      },
    });
    if (previous) response.node.addDependency(previous);
    previous = response;
  }
}

function quoted(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`]));
}
