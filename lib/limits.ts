import type { Limits, StreakLimit } from '../lambdas/contract/limits.ts';

const minute = 60;
const hour = 3600;
const day = 86_400;

/** Ten at will, then ever slower, and a hundred in all: a hundred take fifteen hours. */
const passwordStreak: StreakLimit = {
  freeAttempts: 10,
  pauses: [
    { upTo: 20, seconds: minute },
    { upTo: 50, seconds: 5 * minute },
    { upTo: 100, seconds: 15 * minute },
  ],
  rememberSeconds: 400 * day,
};

/** A code of six digits is soon guessed, and seldom mistyped ten times. */
const codeStreak: StreakLimit = {
  freeAttempts: 5,
  pauses: [
    { upTo: 10, seconds: minute },
    { upTo: 30, seconds: 5 * minute },
    { upTo: 100, seconds: 15 * minute },
  ],
  rememberSeconds: 400 * day,
};

/** What every stage begins with. Of sign-ins only those that fail stay counted, but for `provenSignInPerAccount`. */
export const ordinaryLimits: Limits = {
  signInPerAddress: { windowSeconds: 5 * minute, maximum: 100 },
  signInPerAccountAndAddress: { windowSeconds: 15 * minute, maximum: 10 },
  signInPerAccount: passwordStreak,
  signInPerDevice: passwordStreak,
  provenSignInPerAccount: { windowSeconds: hour, maximum: 60 },
  secondFactorPerAccount: codeStreak,
  stepUpPerSession: passwordStreak,
  registrationPerAddress: { windowSeconds: hour, maximum: 30 },
  registrationPerAccount: { windowSeconds: hour, maximum: 3 },
  verificationPerAddress: { windowSeconds: 5 * minute, maximum: 60 },
  resetPerAddress: { windowSeconds: hour, maximum: 30 },
  resetPerAccount: { windowSeconds: hour, maximum: 3 },
  emailChangePerAccount: { windowSeconds: hour, maximum: 3 },
  refreshPerSession: { windowSeconds: minute, maximum: 60 },
};

/**
 * Where everybody has one address, what counts whoever comes from there has to have room for all of them; and scripts sign
 * in to one account more often than people do.
 */
export const oneMachineLimits: Limits = {
  ...ordinaryLimits,
  provenSignInPerAccount: { windowSeconds: hour, maximum: 10_000 },
  registrationPerAddress: { windowSeconds: hour, maximum: 10_000 },
  verificationPerAddress: { windowSeconds: 5 * minute, maximum: 10_000 },
  resetPerAddress: { windowSeconds: hour, maximum: 10_000 },
};
