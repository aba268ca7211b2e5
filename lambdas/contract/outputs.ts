import { z } from 'zod';

/**
 * The answer of every route that signs in or refreshes. `device_token` comes with a sign-in and goes into the next one on
 * the same device. A browser gets both tokens in cookies, and neither here (RFC 6749 §5.1).
 */
export const tokensSchema = z.strictObject({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().positive(),
  refresh_token: z.string().optional(),
  session_id: z.string(),
  device_token: z.string().optional(),
});
export type Tokens = z.infer<typeof tokensSchema>;

export const csrfSchema = z.strictObject({ csrf_token: z.string() });

export const registrationSchema = z.strictObject({ status: z.literal('verification_required') });

export const profileSchema = z.strictObject({
  sub: z.string(),
  email: z.string(),
  email_verified: z.boolean(),
  tenant_id: z.string(),
  roles: z.array(z.string()),
  amr: z.array(z.string()),
  acr: z.string(),
  auth_time: z.int(),
});
export type Profile = z.infer<typeof profileSchema>;

export const sessionsSchema = z.strictObject({
  items: z.array(
    z.strictObject({
      sid: z.string(),
      created_at: z.iso.datetime(),
      last_used_at: z.iso.datetime(),
      ip: z.string(),
      user_agent: z.string(),
      current: z.boolean(),
    }),
  ),
});
export type SessionList = z.infer<typeof sessionsSchema>;

export const factorsSchema = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.string(),
      type: z.enum(['totp', 'webauthn']),
      name: z.string(),
      created_at: z.iso.datetime(),
    }),
  ),
  recovery_codes_left: z.int(),
});
export type FactorList = z.infer<typeof factorsSchema>;

/** An authenticator app that is not enrolled yet. The secret is base32, and is shown this once. */
export const totpEnrolmentSchema = z.strictObject({ id: z.string(), secret: z.string(), otpauth_url: z.string() });
export type TotpEnrolment = z.infer<typeof totpEnrolmentSchema>;

/** Shown this once: only their hashes are kept. */
export const recoveryCodesSchema = z.strictObject({ recovery_codes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof recoveryCodesSchema>;

export const passkeySchema = z.strictObject({ id: z.string() });

/** What a browser makes or asks for a passkey with (WebAuthn Level 3 §5.4, §5.5, in JSON): it has the schema, not we. */
export const passkeyOptionsSchema = z.looseObject({ challenge: z.base64url() });

export const healthSchema = z.strictObject({ status: z.literal('ok'), version: z.string() });

/** RFC 7517 §5: the members of a key depend on its type. */
export const jwksSchema = z.strictObject({
  keys: z.array(
    z.looseObject({ kty: z.string(), kid: z.string(), use: z.literal('sig'), alg: z.enum(['RS256', 'ES256']) }),
  ),
});
