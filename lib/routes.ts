import type { FunctionName } from '../lambdas/config.ts';
import type { RouteId } from '../lambdas/contract/routes.ts';

/** The Lambda behind every route. A Lambda is drawn around a privilege boundary, so routes that need the same stores share one. */
export const functionOfRoute = {
  health: 'wellKnown',
  jwks: 'wellKnown',
  register: 'registration',
  verifyEmail: 'registration',
  showVerifyEmailPage: 'registration',
  submitVerifyEmailPage: 'registration',
  forgotPassword: 'recovery',
  resetPassword: 'recovery',
  showResetPage: 'recovery',
  submitResetPage: 'recovery',
  confirmEmail: 'recovery',
  showConfirmEmailPage: 'recovery',
  submitConfirmEmailPage: 'recovery',
  changePassword: 'account',
  changeEmail: 'account',
  login: 'signIn',
  refresh: 'refresh',
  logout: 'session',
  logoutEverywhere: 'session',
  me: 'session',
  listSessions: 'session',
  revokeSession: 'session',
} as const satisfies Record<RouteId, FunctionName>;
