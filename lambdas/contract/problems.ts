/** The closed list of problem codes, each with its HTTP status and title (RFC 9457). */
export const problems = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_credentials: { status: 401, title: 'The address or the password is wrong' },
  invalid_token: { status: 401, title: 'The token is missing or not valid' },
  invalid_grant: { status: 400, title: 'The refresh token is not valid' },
  weak_password: { status: 400, title: 'The password does not meet the policy' },
  mfa_required: { status: 403, title: 'A second factor is required' },
  step_up_required: { status: 403, title: 'A fresh or stronger sign-in is required' },
  csrf: { status: 403, title: 'The request did not come from an allowed origin' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'The request conflicts with the current state' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key was used for another request' },
  payload_too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  rate_limited: { status: 429, title: 'Too many requests' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
  internal: { status: 500, title: 'Internal error' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** The stable `type` URI of a problem code. */
export function problemType(code: ProblemCode): string {
  return `urn:gatehouse:problem:${code}`;
}
