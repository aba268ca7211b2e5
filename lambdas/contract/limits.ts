import * as z from 'zod/mini';
import { once } from './once.ts';
import { mapRecord, namesOf } from './records.ts';

/** At most `maximum` in any `windowSeconds`, over a window that slides. */
const windowLimitSchema = once(() =>
  z.strictObject({
    windowSeconds: z.int().check(z.gte(1), z.lte(30 * 86_400)),
    maximum: z.int().check(z.gte(1), z.lte(1_000_000)),
  }),
);
export type WindowLimit = z.infer<ReturnType<typeof windowLimitSchema>>;

const pauseSchema = () =>
  z.strictObject({
    /** The pause is kept before every attempt up to this one. */
    upTo: z.int().check(z.gte(1), z.lte(100)),
    seconds: z.int().check(z.gte(1), z.lte(86_400)),
  });

/**
 * Attempts in a row without a success: the first ones at will, the later ones with pauses in between, and none after
 * the last (NIST SP 800-63B-4 §3.2.2: no more than 100).
 */
const streakLimitSchema = once(() =>
  z
    .strictObject({
      freeAttempts: z.int().check(z.gte(1), z.lte(100)),
      pauses: z.array(pauseSchema()).check(z.maxLength(8)),
      /** For how long after the last attempt the streak is remembered. */
      rememberSeconds: z.int().check(z.gte(86_400)),
    })
    .check(
      z.refine(
        ({ freeAttempts, pauses }) => {
          const bounds = [freeAttempts, ...pauses.map(({ upTo }) => upTo)];
          return bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0));
        },
        { error: 'freeAttempts and the bounds of the pauses have to rise' },
      ),
    ),
);
export type StreakLimit = z.infer<ReturnType<typeof streakLimitSchema>>;

const ruleSchemas = { window: windowLimitSchema, streak: streakLimitSchema };

/**
 * Whom a limit counts for; `core/limits/limitSubjects.ts` makes the key of each.
 *
 * - `source`: a source address (of IPv6 its /64)
 * - `email`: an e-mail address, whether or not it has an account
 * - `emailAndSource`: that, from one source address
 * - `unconfirmed`: all e-mail addresses together that have never confirmed a mail; one that has, by itself
 * - `credentials`: an e-mail address with its account's present way to sign in: a new password begins a new count
 * - `credentialsAndSource`: that, from one source address
 * - `account`: an account
 * - `accountCredentials`: an account with its present way to sign in: a new password begins a new count
 * - `device`: an account on a device that it knows
 * - `deviceOrAccount`: that, or on any other device the account with its present way to sign in
 * - `passkey`: an account's passkey
 * - `session`: a session
 * - `link`: a mailed link
 */
export type CountsBy =
  | 'source'
  | 'email'
  | 'emailAndSource'
  | 'unconfirmed'
  | 'credentials'
  | 'credentialsAndSource'
  | 'account'
  | 'accountCredentials'
  | 'device'
  | 'deviceOrAccount'
  | 'passkey'
  | 'session'
  | 'link';

/**
 * What a success does to a streak. `ends`: the owner's own count begins anew. `gives back`: the success takes back its
 * own attempt and nothing else, so that nobody sees by a stranger's count that an owner signed in
 * (`docs/decisions/026-what-limits-tell.md`).
 */
export type StreakSuccess = 'ends' | 'gives back';

type LimitDefinition = { readonly countsBy: CountsBy } & (
  | { readonly kind: 'window'; readonly default: WindowLimit; readonly oneMachine?: WindowLimit }
  | {
      readonly kind: 'streak';
      readonly success: StreakSuccess;
      readonly default: StreakLimit;
      readonly oneMachine?: StreakLimit;
    }
);

const minute = 60;
const hour = 3600;
const day = 86_400;

/** No stranger shares one of them with a device that the account knows, with a passkey or with a new password. */
const provenSignIns = {
  default: { windowSeconds: hour, maximum: 60 },
  oneMachine: { windowSeconds: hour, maximum: 10_000 },
} as const;

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

/**
 * Mails of one purpose that one source may ask for to one address. No source uses up what another has: together they
 * have `mailsPerAccount`. A device that the account knows has `resetPerDevice` besides; those that became known within
 * a day share `resetPerNewDevices`, too. Who changes an address has proven to be an account's owner: the account's own
 * counts bound it, and beyond `mailsPerAccount` owners have `ownersMailsPerAccount`.
 */
const mailsPerSource: WindowLimit = { windowSeconds: hour, maximum: 3 };

/**
 * Every limit there is: what it counts, for whom, and how much a stage allows unless it says otherwise. Of sign-ins
 * only failed ones stay counted, except by the `provenSignIn` limits. A streak of codes ends with a success, so a limit
 * over 30 days stands beside it: who knows the password could otherwise guess on between the owner's sign-ins.
 *
 * `oneMachine` is for stages where everybody has one source address: what counts whoever comes from there has room for
 * all of them. Scripts also sign in to one account more often than people do.
 */
export const limitDefinitions = {
  signInPerAddress: { kind: 'window', countsBy: 'source', default: { windowSeconds: 5 * minute, maximum: 100 } },
  signInPerAccountAndAddress: {
    kind: 'window',
    countsBy: 'credentialsAndSource',
    default: { windowSeconds: 15 * minute, maximum: 10 },
  },
  signInPerAccount: { kind: 'streak', countsBy: 'credentials', success: 'gives back', default: passwordStreak },
  signInPerDevice: { kind: 'streak', countsBy: 'device', success: 'ends', default: passwordStreak },
  provenSignInPerAccount: { kind: 'window', countsBy: 'accountCredentials', ...provenSignIns },
  provenSignInPerDevice: { kind: 'window', countsBy: 'device', ...provenSignIns },
  provenSignInPerPasskey: { kind: 'window', countsBy: 'passkey', ...provenSignIns },
  newDevicesPerAccount: {
    kind: 'window',
    countsBy: 'accountCredentials',
    default: { windowSeconds: 30 * day, maximum: 30 },
    oneMachine: { windowSeconds: 30 * day, maximum: 10_000 },
  },
  secondFactorPerAccount: { kind: 'streak', countsBy: 'deviceOrAccount', success: 'ends', default: codeStreak },
  secondFactorPerMonth: {
    kind: 'window',
    countsBy: 'deviceOrAccount',
    default: { windowSeconds: 30 * day, maximum: 50 },
  },
  wrongCodesPerAccount: {
    kind: 'window',
    countsBy: 'accountCredentials',
    default: { windowSeconds: 30 * day, maximum: 4 },
  },
  wrongCodeNoticesPerAccount: {
    kind: 'window',
    countsBy: 'accountCredentials',
    default: { windowSeconds: 30 * day, maximum: 1 },
  },
  stepUpPerSession: { kind: 'streak', countsBy: 'session', success: 'ends', default: passwordStreak },
  stepUpPerMonth: { kind: 'window', countsBy: 'session', default: { windowSeconds: 30 * day, maximum: 50 } },
  provenStepUpPerSession: { kind: 'window', countsBy: 'session', default: { windowSeconds: hour, maximum: 60 } },
  sessionEndsPerSession: { kind: 'window', countsBy: 'session', default: { windowSeconds: hour, maximum: 120 } },
  signOutsEverywherePerSession: { kind: 'window', countsBy: 'session', default: { windowSeconds: hour, maximum: 10 } },
  passwordChangesPerAccount: { kind: 'window', countsBy: 'account', default: { windowSeconds: hour, maximum: 10 } },
  factorChangesPerAccount: { kind: 'window', countsBy: 'account', default: { windowSeconds: hour, maximum: 30 } },
  factorRenamesPerAccount: { kind: 'window', countsBy: 'account', default: { windowSeconds: hour, maximum: 30 } },
  registrationPerAddress: {
    kind: 'window',
    countsBy: 'source',
    default: { windowSeconds: hour, maximum: 30 },
    oneMachine: { windowSeconds: hour, maximum: 10_000 },
  },
  registrationPerAccountAndAddress: { kind: 'window', countsBy: 'emailAndSource', default: mailsPerSource },
  verificationPerAddress: {
    kind: 'window',
    countsBy: 'source',
    default: { windowSeconds: 5 * minute, maximum: 60 },
    oneMachine: { windowSeconds: 5 * minute, maximum: 10_000 },
  },
  resetPerAddress: {
    kind: 'window',
    countsBy: 'source',
    default: { windowSeconds: hour, maximum: 30 },
    oneMachine: { windowSeconds: hour, maximum: 10_000 },
  },
  resetPerAccountAndAddress: { kind: 'window', countsBy: 'emailAndSource', default: mailsPerSource },
  resetPerDevice: { kind: 'window', countsBy: 'device', default: { windowSeconds: hour, maximum: 5 } },
  resetPerNewDevices: { kind: 'window', countsBy: 'accountCredentials', default: { windowSeconds: day, maximum: 10 } },
  emailChangePerAccount: { kind: 'window', countsBy: 'account', default: { windowSeconds: hour, maximum: 3 } },
  emailChangePerDay: { kind: 'window', countsBy: 'account', default: { windowSeconds: day, maximum: 6 } },
  mailsPerAccount: { kind: 'window', countsBy: 'email', default: { windowSeconds: day, maximum: 20 } },
  ownersMailsPerAccount: { kind: 'window', countsBy: 'email', default: { windowSeconds: day, maximum: 10 } },
  unconfirmedMailsPerDeployment: {
    kind: 'window',
    countsBy: 'unconfirmed',
    default: { windowSeconds: hour, maximum: 1000 },
    oneMachine: { windowSeconds: hour, maximum: 100_000 },
  },
  usesPerLink: { kind: 'window', countsBy: 'link', default: { windowSeconds: hour, maximum: 10 } },
  confirmationPerLink: { kind: 'window', countsBy: 'link', default: { windowSeconds: hour, maximum: 10 } },
  refreshPerSession: { kind: 'window', countsBy: 'session', default: { windowSeconds: minute, maximum: 60 } },
} as const satisfies Record<string, LimitDefinition>;

type Definitions = typeof limitDefinitions;
export type LimitName = keyof Definitions;
export const limitNames = namesOf(limitDefinitions);

/** Whom a limit counts for. */
export type CountsByOf<Name extends LimitName> = Definitions[Name]['countsBy'];

type Rules = { readonly [Name in LimitName]: ReturnType<(typeof ruleSchemas)[Definitions[Name]['kind']]> };

/** How much of everything a deployment allows. */
export const limitsSchema = once(() =>
  z.strictObject(mapRecord(limitDefinitions, ({ kind }) => ruleSchemas[kind]()) as Rules),
);
export type Limits = z.infer<ReturnType<typeof limitsSchema>>;

/** A limit given instead of a stage's own. */
export const limitChangesSchema = () => z.partial(limitsSchema());

/** What every stage begins with. */
export const ordinaryLimits = mapRecord(limitDefinitions, (limit) => limit.default) as Limits;

/** The members of limits that are not the ordinary ones. */
export const limitMembersSchema = () => z.record(z.string(), z.record(z.string(), z.unknown()));
type LimitMembers = z.infer<ReturnType<typeof limitMembersSchema>>;

/** A deployment's limits, as no more than what differs from the ordinary ones. */
export function changesOf(limits: Limits): LimitMembers {
  const changed = (name: LimitName) => {
    const ordinary = new Map(Object.entries(ordinaryLimits[name]).map(([key, value]) => [key, JSON.stringify(value)]));
    return Object.entries(limits[name]).filter(([key, value]) => ordinary.get(key) !== JSON.stringify(value));
  };
  const members = limitNames.map((name) => [name, Object.fromEntries(changed(name))] as const);
  return Object.fromEntries(members.filter(([, own]) => Object.keys(own).length > 0));
}

/** @throws z.core.$ZodError for a limit or a member that there is not */
export function withChanges(changes: LimitMembers): Limits {
  const own = mapRecord<LimitName, object, object>(ordinaryLimits, (rule, name) => ({ ...rule, ...changes[name] }));
  return limitsSchema().parse({ ...changes, ...own });
}

/** What a stage has whose requests all come from one machine. */
export const oneMachineLimits = mapRecord(limitDefinitions, (limit) =>
  'oneMachine' in limit ? limit.oneMachine : limit.default,
) as Limits;
