/** Who a request speaks for, as the authorizer found it. The only source of identity in a handler. */
export interface Principal {
  readonly sub: string;
  readonly sid: string;
  readonly jti: string;
  readonly clientId: string;
  readonly scope: string;
  readonly roles: readonly string[];
  readonly tenantId: string;
  /** Epoch seconds of the sign-in. */
  readonly authTime: number;
  readonly amr: readonly string[];
  readonly acr: string;
  /** Epoch seconds; `iat` of the access token. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** API Gateway passes an authorizer's context on as flat strings. */
export type AuthorizerContext = Readonly<Record<string, string>>;

/** The context of a request that brought no credential, on a route whose access is `optional`. */
export const anonymousContext: AuthorizerContext = { principal: 'anonymous' };

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
