import { z } from 'zod';
import type { RouteId } from './routes.ts';
import { assertionSchema, attestationSchema } from './webauthn.ts';

const email = z.string().min(3).max(254);
/** Bounded only against abuse: what a password must be is the policy's to say, and only where one is set. */
const password = z.string().min(1).max(1024);
const refreshToken = z.string().min(1).max(1024);
const mfaToken = z.string().min(1).max(1024);
const totpCode = z.string().regex(/^[0-9]{6}$/, 'Six digits');
/** Sixteen characters, however grouped. */
const recoveryCode = z.string().min(16).max(32);
const factorName = z.string().trim().min(1).max(64);
/** 128 bits in base64url. */
const factorId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
const mailedToken = z.string().min(1).max(2048);
/** Mail programs and trackers add members of their own. */
const mailedLink = z.object({ token: z.string().optional() });
const passwordForm = z.strictObject({ token: mailedToken, password: z.string() });

/** What a route takes. A member that is absent takes nothing; objects are strict, so an unknown member is refused. */
export interface InputSchemas {
  readonly body?: z.ZodType;
  /** The media type of the body; JSON unless said otherwise. */
  readonly bodyType?: 'json' | 'form';
  readonly query?: z.ZodType;
  readonly path?: z.ZodType;
}

export const inputs = {
  health: {},
  jwks: {},
  register: { body: z.strictObject({ email }) },
  verifyEmail: { body: z.strictObject({ token: mailedToken, password }) },
  login: { body: z.strictObject({ email, password, device_token: z.string().max(1024).optional() }) },
  loginMfa: {
    body: z.discriminatedUnion('method', [
      z.strictObject({ mfa_token: mfaToken, method: z.literal('totp'), code: totpCode }),
      z.strictObject({ mfa_token: mfaToken, method: z.literal('recovery_code'), code: recoveryCode }),
      z.strictObject({ mfa_token: mfaToken, method: z.literal('webauthn'), credential: assertionSchema }),
    ]),
  },
  loginPasskeyOptions: { body: z.strictObject({ mfa_token: mfaToken.optional() }).optional() },
  loginPasskey: {
    body: z.strictObject({ credential: assertionSchema, device_token: z.string().max(1024).optional() }),
  },
  stepUp: {
    body: z.discriminatedUnion('method', [
      z.strictObject({ method: z.literal('password'), password }),
      z.strictObject({ method: z.literal('totp'), code: totpCode }),
      z.strictObject({ method: z.literal('recovery_code'), code: recoveryCode }),
      z.strictObject({ method: z.literal('webauthn'), credential: assertionSchema }),
    ]),
  },
  listFactors: {},
  renameFactor: { path: z.strictObject({ id: factorId }), body: z.strictObject({ name: factorName }) },
  removeFactor: { path: z.strictObject({ id: factorId }) },
  beginTotp: {},
  confirmTotp: { body: z.strictObject({ id: factorId, code: totpCode }) },
  passkeyOptions: {},
  addPasskey: { body: z.strictObject({ credential: attestationSchema, name: factorName.optional() }) },
  renewRecoveryCodes: {},
  /** A browser's is in its cookie. */
  refresh: { body: z.strictObject({ refresh_token: refreshToken.optional() }).optional() },
  forgotPassword: { body: z.strictObject({ email }) },
  resetPassword: { body: z.strictObject({ token: mailedToken, new_password: password }) },
  changePassword: { body: z.strictObject({ current_password: password, new_password: password }) },
  deleteMe: { body: z.strictObject({ current_password: password.optional() }).optional() },
  changeEmail: { body: z.strictObject({ new_email: email }) },
  confirmEmail: { body: z.strictObject({ token: mailedToken }) },
  logout: { body: z.strictObject({ refresh_token: refreshToken.optional() }).optional() },
  logoutEverywhere: {},
  csrf: {},
  me: {},
  listSessions: {},
  revokeSession: { path: z.strictObject({ sid: z.string().regex(/^[A-Za-z0-9_-]{23,40}$/) }) },
  showVerifyEmailPage: { query: mailedLink },
  submitVerifyEmailPage: { bodyType: 'form', body: passwordForm },
  showResetPage: { query: mailedLink },
  submitResetPage: { bodyType: 'form', body: passwordForm },
  showConfirmEmailPage: { query: mailedLink },
  submitConfirmEmailPage: { bodyType: 'form', body: z.strictObject({ token: mailedToken }) },
} as const satisfies Record<RouteId, InputSchemas>;

type Parsed<S> = S extends z.ZodType ? z.infer<S> : undefined;

/** What an endpoint gets of a route: parsed, nothing else of the request's body, query or path. */
export interface InputOf<R extends RouteId> {
  readonly body: (typeof inputs)[R] extends { body: infer S } ? Parsed<S> : undefined;
  readonly query: (typeof inputs)[R] extends { query: infer S } ? Parsed<S> : undefined;
  readonly path: (typeof inputs)[R] extends { path: infer S } ? Parsed<S> : undefined;
}
