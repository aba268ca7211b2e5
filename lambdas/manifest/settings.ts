import * as z from 'zod/mini';
import { lambdaNames } from '../contract/lambdas.ts';
import {
  changesOf,
  limitChangesSchema,
  limitMembersSchema,
  limitsSchema,
  oneMachineLimits,
  ordinaryLimits,
  withChanges,
} from '../contract/limits.ts';
import { lowestPasswordMinimum } from '../contract/passwords.ts';
import { signingAlgorithms } from '../contract/signingAlgorithms.ts';
import { flag, json, list, oneNumberOf, optionalSetting, type Setting, setting, wholeNumber } from './setting.ts';

export const defaultPrefix = 'gatehouse';

const minute = 60;
const day = 86_400;

const hostName = z
  .string()
  .check(z.regex(/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, 'is no host name'));

export const origin = z
  .string()
  .check(z.refine((value) => isOrigin(value), 'is no origin such as https://app.example.com'));

/** Of one host: origins are compared as texts, and a wildcard is the text of none. */
function isOrigin(value: string): boolean {
  const url = URL.parse(value);
  return url?.origin === value && /^https?:$/.test(url.protocol) && !url.hostname.includes('*');
}

/** Every value that a stage or a deployment chooses. What is derived from them is in `environment.ts`. */
export const settings = {
  /** What the names of all resources begin with, so that several deployments fit one account. */
  prefix: setting({
    text: () =>
      z.string().check(z.regex(/^[a-z][a-z0-9-]{0,20}$/, 'is not lower-case letters, digits and hyphens, 21 at most')),
    default: defaultPrefix,
    context: true,
  }),
  /** Whether tables, keys, secrets and logs outlive the stack, with deletion protection and point-in-time recovery. */
  retainData: setting({ text: () => flag, default: false, prod: true }),
  /**
   * Whether the audit log outlives the stack: a bucket that holds locked objects cannot be deleted, so a teardown would
   * fail.
   */
  retainAuditLog: setting({ text: () => flag, default: true, local: false }),

  /** Whether CloudFormation refuses to delete the stacks until somebody switches that off. */
  terminationProtection: setting({ text: () => flag, default: false, prod: true }),
  /**
   * Whether the deployment sets the role by which API Gateway writes logs, of which an account and region has one for
   * all its APIs. Off for an account whose role is somebody else's to keep.
   */
  setGatewayLogRole: setting({ text: () => flag, default: true, context: true }),

  /** Whether the API has to have a custom domain, with its own address switched off. */
  domainRequired: setting({ text: () => flag, default: false, prod: true }),
  domainName: optionalSetting({ text: () => hostName, context: true }),
  /** Where the domain's records, and those of its certificate, are made. */
  hostedZoneId: optionalSetting({
    text: () => z.string().check(z.regex(/^[A-Z0-9]{1,32}$/, 'is no hosted zone id')),
    context: true,
  }),
  hostedZoneName: optionalSetting({ text: () => hostName, context: true }),
  /** The domain's certificate; without this, the stack makes one. */
  certificateArn: optionalSetting({
    text: () =>
      z
        .string()
        .check(
          z.regex(
            /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
            'is no ARN of a certificate such as arn:aws:acm:eu-west-1:111122223333:certificate/…',
          ),
        ),
    context: true,
  }),
  /** Origins of browser apps, besides the issuer's own. */
  allowedOrigins: setting({
    text: () => list(origin),
    default: [],
    // A browser app in development: the same site as the API, and another origin.
    local: ['https://localhost:5173'],
    context: true,
  }),
  /** Requests per second and burst of the whole API. */
  throttle: setting({
    text: () => json(z.strictObject({ rate: z.int().check(z.gte(1)), burst: z.int().check(z.gte(1)) })),
    default: { rate: 500, burst: 1000 },
  }),
  /** Requests of one address in five minutes: to everything, and to the routes that take a credential. */
  addressLimits: setting({
    text: () => json(z.strictObject({ all: z.int().check(z.gte(10)), credentials: z.int().check(z.gte(10)) })),
    default: { all: 3000, credentials: 300 },
  }),

  /**
   * Whether AWS's managed rule groups are in the web ACL, beside its own rate rules. They cost seven rules a month. On
   * in `prod`, so that no update takes a defence away unasked.
   */
  managedWafRules: setting({ text: () => flag, default: true, dev: false, context: true }),

  /** Lifetime of an access token. */
  accessTokenTtlSeconds: setting({ text: () => wholeNumber(), default: 15 * minute }),
  /** Sign-out of a session that is not used for this long. */
  refreshIdleTtlSeconds: setting({ text: () => wholeNumber(), default: 7 * day }),
  refreshAbsoluteTtlSeconds: setting({ text: () => wholeNumber(), default: 30 * day }),
  /** How long a client may repeat a refresh and get the same successor. */
  refreshRetryWindowSeconds: setting({ text: () => wholeNumber(), default: 10 }),
  /** Difference allowed between two clocks. */
  clockLeewaySeconds: setting({ text: () => wholeNumber({ max: 60 }), default: 10 }),
  /** How long a verifier may keep the published keys, and the least time between two rotations. */
  keyCacheSeconds: setting({ text: () => wholeNumber(), default: 300, local: 5 }),
  /** Age at which an authorizer renews its revocation list; a sign-out holds after this and one query. */
  revocationPollSeconds: setting({ text: () => wholeNumber(), default: 5 }),
  signingAlgorithm: setting({ text: () => z.enum(signingAlgorithms), default: 'RS256', context: true }),
  signingKeyRotationDays: setting({ text: () => wholeNumber({ min: 1 }), default: 30 }),
  refreshKeyRotationDays: setting({ text: () => wholeNumber({ min: 1 }), default: 90 }),

  /** In code points; 15 where a password may be the only factor (NIST SP 800-63B-4). */
  passwordMinimumLength: setting({
    text: () => wholeNumber({ min: lowestPasswordMinimum, max: 64 }),
    default: 15,
    context: true,
    output: true,
  }),
  /**
   * Whether new password hashes are keyed with a pepper from Secrets Manager. Turned off, the hashes that have it keep
   * it until their passwords are changed.
   */
  passwordPepper: setting({ text: () => flag, default: true, context: true, output: true }),
  /** The limits that the application itself counts by. `-c limits=` is JSON of those that differ from the stage's. */
  limits: setting({
    // Only what differs: all variables of a Lambda have 4 KB in all.
    text: () =>
      z.codec(json(limitMembersSchema()), limitsSchema(), {
        decode: withChanges,
        encode: changesOf,
      }),
    default: ordinaryLimits,
    local: oneMachineLimits,
    context: (own) =>
      z.pipe(
        z.pipe(
          json(limitChangesSchema()),
          z.transform((changes) => ({ ...own, ...changes })),
        ),
        limitsSchema(),
      ),
  }),
  /** Tenant of an account that registered itself. */
  defaultTenant: setting({ text: () => z.string().check(z.minLength(1)), default: 'default' }),

  auditChain: setting({ text: () => z.string().check(z.regex(/^[a-z0-9-]{1,32}$/)), default: 'main', output: true }),
  /** Object Lock retention of an audit object, in COMPLIANCE mode: nobody can shorten it afterwards. */
  auditRetentionDays: setting({
    text: () => wholeNumber({ min: 1, max: 36_500 }),
    local: 1,
    dev: 1,
    context: true,
    example: '365',
  }),
  /** How long the audit writer collects a batch: fewer objects against a later log. */
  auditBatchWindowSeconds: setting({ text: () => wholeNumber(), default: 2, local: 0 }),
  /**
   * Whether the Lambdas carry source maps and read them when they log an error: for that, a Lambda stops for as long as
   * it takes to parse the map of its whole code.
   */
  sourceMaps: setting({ text: () => flag, default: true, prod: false }),
  logLevel: setting({ text: () => z.enum(['DEBUG', 'INFO', 'WARN']), default: 'INFO' }),
  /** One of CloudWatch's retention steps. */
  logRetentionDays: setting({ text: () => oneNumberOf(7, 30, 90, 365, 731), local: 7, dev: 30, prod: 365 }),
  /** None unless named here: the quota of a new AWS account is ten concurrent executions in all. */
  reservedConcurrency: setting({
    text: () => json(z.partialRecord(z.enum(lambdaNames), z.int().check(z.gte(0)))),
    default: {},
  }),

  /** Sender of every mail. */
  mailFrom: setting({
    text: () => z.email('is no e-mail address'),
    local: 'no-reply@gatehouse.test',
    context: true,
    example: 'no-reply@example.com',
  }),
  /** The SES identity that sends: a domain, or an address. Without one, the sender's domain. */
  mailIdentity: optionalSetting({
    text: () => z.union([hostName, z.email()], 'is neither a domain nor an address'),
    context: true,
  }),
  /**
   * Whether the stack makes the sender's SES identity. Elsewhere an operator does, since it takes DNS records to
   * verify.
   */
  createMailIdentity: setting({ text: () => flag, default: false, local: true, context: true }),

  /** The SNS topic that every alarm tells. CloudWatch takes no FIFO topic, and none of another region. */
  alarmTopicArn: optionalSetting({
    text: () =>
      z
        .string()
        .check(
          z.regex(
            /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
            'is no ARN of a standard topic such as arn:aws:sns:eu-west-1:111122223333:alarms',
          ),
        ),
    context: true,
  }),
  /** Where every alarm is mailed to, by a topic that the stack makes. SNS asks its reader for consent first. */
  alarmEmail: optionalSetting({ text: () => z.email('is no e-mail address'), context: true }),
};

type Definitions = typeof settings;
export type SettingName = keyof Definitions;

type ValueOf<Definition> =
  Definition extends Setting<infer Value>
    ? Definition extends { readonly optional: true }
      ? Value | undefined
      : Value
    : never;

/** What a deployment has chosen. */
export type SettingValues = { readonly [Name in SettingName]: ValueOf<Definitions[Name]> };

/** The settings that an output tells. */
export type OutputSetting = {
  [Name in SettingName]: true extends Definitions[Name]['output'] ? Name : never;
}[SettingName];

/** The settings that no deployment goes without. */
export type RequiredSetting = {
  [Name in SettingName]: undefined extends SettingValues[Name] ? never : Name;
}[SettingName];

/** The settings whose value is of one type. */
export type SettingOf<Value> = {
  [Name in SettingName]: SettingValues[Name] extends Value ? Name : never;
}[SettingName];
