import { z } from 'zod';

/** At most `maximum` in any `windowSeconds`, over a window that slides. */
const windowLimitSchema = z.strictObject({
  windowSeconds: z
    .int()
    .min(1)
    .max(7 * 86_400),
  maximum: z.int().min(1).max(1_000_000),
});
export type WindowLimit = z.infer<typeof windowLimitSchema>;

const pauseSchema = z.strictObject({
  /** The pause is kept before every attempt up to this one. */
  upTo: z.int().min(1).max(100),
  seconds: z.int().min(1).max(86_400),
});

/**
 * Attempts in a row without a success: the first ones at will, the later ones with pauses in between, and none after the
 * last (NIST SP 800-63B-4 §3.2.2: no more than 100).
 */
const streakLimitSchema = z
  .strictObject({
    freeAttempts: z.int().min(1).max(100),
    pauses: z.array(pauseSchema).max(8),
    /** For how long after the last attempt the streak is remembered. */
    rememberSeconds: z.int().min(86_400),
  })
  .refine(
    ({ freeAttempts, pauses }) => {
      const bounds = [freeAttempts, ...pauses.map(({ upTo }) => upTo)];
      return bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0));
    },
    { error: 'freeAttempts and the bounds of the pauses have to rise' },
  );
export type StreakLimit = z.infer<typeof streakLimitSchema>;

/**
 * Every limit there is, named for what it limits and for whom. *Address* is a source address (of IPv6 its /64), *account*
 * an account or the e-mail address of none, *device* one that the account has been signed in on before.
 */
export const limitsSchema = z.strictObject({
  signInPerAddress: windowLimitSchema,
  signInPerAccountAndAddress: windowLimitSchema,
  signInPerAccount: streakLimitSchema,
  signInPerDevice: streakLimitSchema,
  provenSignInPerAccount: windowLimitSchema,
  secondFactorPerAccount: streakLimitSchema,
  stepUpPerSession: streakLimitSchema,
  registrationPerAddress: windowLimitSchema,
  registrationPerAccount: windowLimitSchema,
  verificationPerAddress: windowLimitSchema,
  resetPerAddress: windowLimitSchema,
  resetPerAccount: windowLimitSchema,
  emailChangePerAccount: windowLimitSchema,
  refreshPerSession: windowLimitSchema,
});
export type Limits = z.infer<typeof limitsSchema>;
export type LimitName = keyof Limits;

/** A limit given instead of a stage's own. */
export const limitChangesSchema = limitsSchema.partial();

/** The limits of a deployment, as its Lambdas get them. */
export function parseLimits(text: string): Limits {
  return limitsSchema.parse(JSON.parse(text));
}
