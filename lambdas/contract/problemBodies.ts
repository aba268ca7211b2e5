import * as z from 'zod/mini';
import { type ProblemCode, problems } from './problems.ts';

export const fieldErrorSchema = z.object({ field: z.string(), message: z.string() });
export type FieldError = z.infer<typeof fieldErrorSchema>;

const mfaMethods = ['totp', 'webauthn', 'recovery_code'] as const;
export type MfaMethod = (typeof mfaMethods)[number];

/** The extension members (RFC 9457 §3.2) of `mfa_required`: the token of the next step, and the factors it takes. */
export const mfaChallengeSchema = z.object({ mfa_token: z.string(), methods: z.array(z.enum(mfaMethods)) });

/** The body of every error outside `/oauth2/*`, sent as `application/problem+json`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
  detail: z.string(),
  request_id: z.string(),
  errors: z.optional(z.array(fieldErrorSchema)),
  ...z.partial(mfaChallengeSchema).shape,
});
export type Problem = z.infer<typeof problemSchema>;
