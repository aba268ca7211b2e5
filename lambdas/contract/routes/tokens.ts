import * as z from 'zod/mini';

/**
 * The answer of every route that signs in or refreshes. `device_token` comes with a sign-in and goes into the next one
 * on the same device, whoever signs in. A browser gets both tokens in cookies, and neither here (RFC 6749 §5.1).
 */
export const tokens = () =>
  z.strictObject({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().check(z.positive()),
    refresh_token: z.optional(z.string()),
    session_id: z.string(),
    device_token: z.optional(z.string()),
  });
export type Tokens = z.infer<ReturnType<typeof tokens>>;
