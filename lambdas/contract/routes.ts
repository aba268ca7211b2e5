/** Who may call a route. `optional`: the authorizer runs, and lets a request without any credential through as anonymous. */
export type Access = 'public' | 'optional' | 'authenticated';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Route {
  readonly method: Method;
  /** API Gateway resource path, with `{name}` for path parameters. */
  readonly path: `/${string}`;
  readonly access: Access;
  /** One sentence for the OpenAPI document. */
  readonly summary: string;
}

/**
 * Every route there is. A route that is not listed here does not exist: the gateway has no method for it, and the
 * authorizer refuses it. `access` has no default, so a route cannot be written without saying who may call it.
 */
export const routes = {
  health: { method: 'GET', path: '/health', access: 'public', summary: 'Whether the API answers, and its version' },
  jwks: {
    method: 'GET',
    path: '/.well-known/jwks.json',
    access: 'public',
    summary: 'The public keys that verify access tokens (RFC 7517)',
  },
  register: {
    method: 'POST',
    path: '/auth/register',
    access: 'public',
    summary: 'Ask for an account: a token is mailed to the address',
  },
  verifyEmail: {
    method: 'POST',
    path: '/auth/verify-email',
    access: 'public',
    summary: 'Turn the mailed token and a password into an account, and sign in',
  },
  login: { method: 'POST', path: '/auth/login', access: 'public', summary: 'Sign in with address and password' },
  loginMfa: {
    method: 'POST',
    path: '/auth/login/mfa',
    access: 'public',
    summary: 'Sign in with a second factor, after the password',
  },
  loginPasskeyOptions: {
    method: 'POST',
    path: '/auth/login/passkey/options',
    access: 'public',
    summary: 'What a browser asks a passkey to sign (WebAuthn), for a sign-in or a step-up',
  },
  loginPasskey: {
    method: 'POST',
    path: '/auth/login/passkey',
    access: 'public',
    summary: 'Sign in with a passkey alone',
  },
  stepUp: {
    method: 'POST',
    path: '/auth/step-up',
    access: 'authenticated',
    summary: 'Authenticate again within the session, for what takes a fresh or stronger sign-in',
  },
  listFactors: {
    method: 'GET',
    path: '/auth/factors',
    access: 'authenticated',
    summary: "The subject's second factors",
  },
  renameFactor: {
    method: 'PATCH',
    path: '/auth/factors/{id}',
    access: 'authenticated',
    summary: 'Give a factor another name',
  },
  removeFactor: {
    method: 'DELETE',
    path: '/auth/factors/{id}',
    access: 'authenticated',
    summary: 'Remove a factor; with the last one the recovery codes go',
  },
  beginTotp: {
    method: 'POST',
    path: '/auth/factors/totp',
    access: 'authenticated',
    summary: 'Begin to enrol an authenticator app: its secret (RFC 6238)',
  },
  confirmTotp: {
    method: 'POST',
    path: '/auth/factors/totp/confirm',
    access: 'authenticated',
    summary: 'Enrol the app with a code of it; answers with recovery codes',
  },
  passkeyOptions: {
    method: 'POST',
    path: '/auth/factors/passkeys/options',
    access: 'authenticated',
    summary: 'What a browser makes a passkey from (WebAuthn)',
  },
  addPasskey: {
    method: 'POST',
    path: '/auth/factors/passkeys',
    access: 'authenticated',
    summary: 'Enrol a passkey',
  },
  renewRecoveryCodes: {
    method: 'POST',
    path: '/auth/factors/recovery-codes',
    access: 'authenticated',
    summary: 'Replace the recovery codes by new ones',
  },
  refresh: {
    method: 'POST',
    path: '/auth/refresh',
    access: 'public',
    summary: 'Exchange a refresh token for its successor and a new access token',
  },
  forgotPassword: {
    method: 'POST',
    path: '/auth/password/forgot',
    access: 'public',
    summary: 'Ask for a new password: a token is mailed to the address, where an account has it',
  },
  resetPassword: {
    method: 'POST',
    path: '/auth/password/reset',
    access: 'public',
    summary: 'Set a new password by the mailed token; every session ends, and none begins',
  },
  changePassword: {
    method: 'POST',
    path: '/auth/password/change',
    access: 'authenticated',
    summary: 'Change the password after a fresh sign-in; the other sessions end',
  },
  changeEmail: {
    method: 'POST',
    path: '/auth/email/change',
    access: 'authenticated',
    summary: 'Ask for another address after a fresh sign-in: a token is mailed to it, and a notice to the old one',
  },
  confirmEmail: {
    method: 'POST',
    path: '/auth/email/confirm',
    access: 'public',
    summary: 'Make the new address the account’s by the mailed token',
  },
  logout: {
    method: 'POST',
    path: '/auth/logout',
    access: 'optional',
    summary: 'End the session of the access token, of the cookies, or of the refresh token in the body',
  },
  logoutEverywhere: {
    method: 'POST',
    path: '/auth/logout-everywhere',
    access: 'authenticated',
    summary: 'End every session of the subject',
  },
  csrf: {
    method: 'GET',
    path: '/auth/csrf',
    access: 'authenticated',
    summary: 'The token that unsafe methods need beside a session cookie, as `X-CSRF-Token`',
  },
  me: { method: 'GET', path: '/auth/me', access: 'authenticated', summary: 'The subject behind the access token' },
  deleteMe: {
    method: 'DELETE',
    path: '/auth/me',
    access: 'authenticated',
    summary: 'Delete the account and everything that is kept of its owner, after a fresh sign-in',
  },
  listSessions: {
    method: 'GET',
    path: '/auth/sessions',
    access: 'authenticated',
    summary: "The subject's active sessions",
  },
  revokeSession: {
    method: 'DELETE',
    path: '/auth/sessions/{sid}',
    access: 'authenticated',
    summary: "End one of the subject's sessions",
  },
  showVerifyEmailPage: {
    method: 'GET',
    path: '/auth/link/verify-email',
    access: 'public',
    summary: 'The page behind the mailed link: a form that asks for a password; it consumes nothing',
  },
  submitVerifyEmailPage: {
    method: 'POST',
    path: '/auth/link/verify-email',
    access: 'public',
    summary: 'The form of that page',
  },
  showResetPage: {
    method: 'GET',
    path: '/auth/link/reset',
    access: 'public',
    summary: 'The page behind the mailed link: a form that asks for a new password; it consumes nothing',
  },
  submitResetPage: { method: 'POST', path: '/auth/link/reset', access: 'public', summary: 'The form of that page' },
  showConfirmEmailPage: {
    method: 'GET',
    path: '/auth/link/confirm-email',
    access: 'public',
    summary: 'The page behind the mailed link: a form that confirms the new address; it consumes nothing',
  },
  submitConfirmEmailPage: {
    method: 'POST',
    path: '/auth/link/confirm-email',
    access: 'public',
    summary: 'The form of that page',
  },
} as const satisfies Record<string, Route>;

export type RouteId = keyof typeof routes;

const byMethodAndPath: ReadonlyMap<string, RouteId> = new Map(
  (Object.keys(routes) as RouteId[]).map((id) => [`${routes[id].method} ${routes[id].path}`, id]),
);

/** The route of an API Gateway method and resource path, or undefined when the contract has none. */
export function findRoute(method: string, resourcePath: string): RouteId | undefined {
  return byMethodAndPath.get(`${method} ${resourcePath}`);
}
