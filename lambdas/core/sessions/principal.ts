/** Who a request speaks for, as the authorizer found it. The only source of identity in a handler. */
export interface Principal {
  readonly sub: string;
  readonly sid: string;
  /** Of the access token; a session cookie has none. */
  readonly jti: string | undefined;
  readonly clientId: string;
  readonly scope: string;
  readonly roles: readonly string[];
  readonly tenantId: string;
  /** Epoch seconds of the sign-in. */
  readonly authTime: number;
  readonly amr: readonly string[];
  readonly acr: string;
  /**
   * The credential it was found by. A browser sends a cookie with other sites' requests too: an unsafe method needs a
   * CSRF token as well.
   */
  readonly via: 'access_token' | 'session_cookie';
  /** SHA-256 of the secret of the session cookie that it was found by; an access token has none. */
  readonly cookieHash?: string | undefined;
  /** Epoch seconds; `iat` of the access token, or when the session was looked up. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** API Gateway passes an authorizer's context on as flat strings. */
export type AuthorizerContext = Readonly<Record<string, string>>;

/** The context of a request that brought no credential, on a route whose access is `optional`. */
export const anonymousContext: AuthorizerContext = { principal: 'anonymous' };

/**
 * The context of a request that brought session cookies, and the CSRF token of none. The authorizer does not answer
 * 403, so the handler has to; one that does not know this context takes the request for an anonymous one.
 */
export const unprovenContext: AuthorizerContext = { ...anonymousContext, csrf: 'unproven' };

/** The context of a request whose `Authorization` header is refused, on a route that may take its body all the same. */
export const refusedContext: AuthorizerContext = { ...anonymousContext, authorization: 'refused' };

/** Whether the request's `Authorization` header is refused: nothing else but its body may speak for it. */
export function isRefused(context: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return context?.['authorization'] === refusedContext['authorization'];
}

/** Whether the handler has to refuse the request for want of a CSRF token. */
export function isUnproven(context: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return context?.['csrf'] === unprovenContext['csrf'];
}

export function toAuthorizerContext(principal: Principal): AuthorizerContext {
  return { principal: JSON.stringify(principal) };
}

/**
 * The principal of a request, or undefined for an anonymous one.
 *
 * @throws Error when the gateway passed no authorizer context: the method is wired without its authorizer.
 */
export function fromAuthorizerContext(
  context: Readonly<Record<string, unknown>> | null | undefined,
): Principal | undefined {
  const value = context?.['principal'];
  if (typeof value !== 'string') throw new Error('no authorizer context: the method has no authorizer');
  return value === anonymousContext['principal'] ? undefined : (JSON.parse(value) as Principal);
}
