import type { LambdaName } from '../lambdas/contract/lambdas.ts';
import type { Limits } from '../lambdas/contract/limits.ts';
import { oneMachineLimits, ordinaryLimits } from '../lambdas/contract/limits.ts';

export const stageNames = ['local', 'dev', 'prod'] as const;
export type StageName = (typeof stageNames)[number];

/** What a stage fixes. A value that is `undefined` has to be chosen by the deployment: here, or with `-c name=value`. */
export interface StageValues {
  /** Whether tables, keys, secrets and logs outlive the stack, with deletion protection and point-in-time recovery. */
  readonly retainData: boolean;
  /** Whether the audit log outlives the stack: a bucket that holds locked objects cannot be deleted, so a teardown would fail. */
  readonly retainAuditLog: boolean;
  /** Whether the API has to have a custom domain, with its own address switched off. */
  readonly domainRequired: boolean;
  /** Lifetime of an access token. */
  readonly accessTokenTtlSeconds: number;
  /** Sign-out of a session that is not used for this long. */
  readonly refreshIdleTtlSeconds: number;
  readonly refreshAbsoluteTtlSeconds: number;
  /** How long a client may repeat a refresh and get the same successor. */
  readonly refreshRetryWindowSeconds: number;
  /** Difference allowed between two clocks; 60 at most. */
  readonly clockLeewaySeconds: number;
  /** How long a verifier may keep the published keys, and the least time between two rotations. */
  readonly keyCacheSeconds: number;
  /** Age at which an authorizer renews its revocation list; a sign-out holds after this and one query. */
  readonly revocationPollSeconds: number;
  readonly signingAlgorithm: 'RS256' | 'ES256';
  readonly signingKeyRotationDays: number;
  readonly refreshKeyRotationDays: number;
  /** Of a password that is set, in code points; 15 where it may be the only factor, never under 8 (NIST SP 800-63B-4). */
  readonly passwordMinimumLength: number;
  /**
   * Whether new password hashes are keyed with a pepper from Secrets Manager. Turned off, the hashes that have it keep it
   * until their passwords are changed.
   */
  readonly passwordPepper: boolean;
  /** Tenant of an account that registered itself. */
  readonly defaultTenant: string;
  /** Origins of browser apps, besides the issuer's own. */
  readonly allowedOrigins: readonly string[];
  readonly auditChain: string;
  /** Object Lock retention of an audit object, in COMPLIANCE mode: nobody can shorten it afterwards. */
  readonly auditRetentionDays: number | undefined;
  /** How long the audit writer collects a batch: fewer objects against a later log. */
  readonly auditBatchWindowSeconds: number;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN';
  /** One of CloudWatch's retention steps. */
  readonly logRetentionDays: 7 | 30 | 90 | 365 | 731;
  /** Requests per second and burst of the whole API. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  /** Requests of one address in five minutes: to everything, and to the routes that take a credential. */
  readonly addressLimits: { readonly all: number; readonly credentials: number };
  /** How often who may try what, by the application's own count. */
  readonly limits: Limits;
  /** Off unless named here: a new account's quota is ten concurrent executions in all. */
  readonly reservedConcurrency: Partial<Record<LambdaName, number>>;
  readonly domainName: string | undefined;
  /** Sender of every mail. */
  readonly mailFrom: string | undefined;
  /** Whether the stack makes the sender's SES identity. Elsewhere an operator does, since it takes DNS records to verify. */
  readonly createMailIdentity: boolean;
}

const common = {
  accessTokenTtlSeconds: 15 * 60,
  refreshIdleTtlSeconds: 7 * 24 * 3600,
  refreshAbsoluteTtlSeconds: 30 * 24 * 3600,
  refreshRetryWindowSeconds: 10,
  clockLeewaySeconds: 10,
  keyCacheSeconds: 300,
  revocationPollSeconds: 5,
  signingAlgorithm: 'RS256',
  signingKeyRotationDays: 30,
  refreshKeyRotationDays: 90,
  passwordMinimumLength: 15,
  passwordPepper: true,
  defaultTenant: 'default',
  allowedOrigins: [],
  auditChain: 'main',
  auditBatchWindowSeconds: 2,
  logLevel: 'INFO',
  throttle: { rate: 500, burst: 1000 },
  addressLimits: { all: 3000, credentials: 300 },
  limits: ordinaryLimits,
  reservedConcurrency: {},
  domainName: undefined,
  mailFrom: undefined,
  createMailIdentity: false,
} as const satisfies Partial<StageValues>;

export const stages: Readonly<Record<StageName, StageValues>> = {
  local: {
    ...common,
    retainData: false,
    retainAuditLog: false,
    domainRequired: false,
    keyCacheSeconds: 5,
    // A browser app in development: the same site as the API, and another origin.
    allowedOrigins: ['https://localhost:5173'],
    limits: oneMachineLimits,
    auditRetentionDays: 1,
    auditBatchWindowSeconds: 0,
    logRetentionDays: 7,
    mailFrom: 'no-reply@gatehouse.test',
    createMailIdentity: true,
  },
  dev: {
    ...common,
    retainData: false,
    retainAuditLog: true,
    domainRequired: false,
    auditRetentionDays: 1,
    logRetentionDays: 30,
  },
  prod: {
    ...common,
    retainData: true,
    retainAuditLog: true,
    domainRequired: true,
    auditRetentionDays: undefined,
    logRetentionDays: 365,
  },
};
