import type { LambdaName } from '../contract/lambdas.ts';
import type { LambdaDefinition } from './definition.ts';
import { tracing } from './tracing.ts';

const request = { trigger: { by: 'http' }, memoryMb: 1024, timeoutSeconds: 10 } as const;
/** A request that hashes a password. */
const hashing = { ...request, memoryMb: 1769, hashesPasswords: true } as const;

/** What a Lambda reads to answer requests: by these it tells its own origins from others. */
const http = ['issuer', 'allowedOrigins'] as const;
/** What a Lambda reads to write a revocation: how long it has to be kept follows from these. */
const revoking = ['accessTokenTtlSeconds', 'clockLeewaySeconds'] as const;
/** What a Lambda reads to issue tokens, and to end the session that they replace. */
const issuing = [
  ...http,
  ...revoking,
  'audience',
  'refreshIdleTtlSeconds',
  'refreshAbsoluteTtlSeconds',
  'keyCacheSeconds',
] as const;
const issuingSecrets = { signingKeys: 'read', refreshKeys: 'read' } as const;
const settingPasswords = ['passwordPepper', 'passwordMinimumLength', 'commonPasswordsFile'] as const;
/** A request that changes how the owner of an account signs in. */
const changing = {
  secrets: { mailKeys: 'read', credentialKeys: 'read' },
  values: [...http, ...revoking, ...settingPasswords, 'limits', 'keyCacheSeconds'],
} as const;

/** The Lambdas that answer requests, or let them in. */
export const requestLambdas = {
  authorizer: {
    ...request,
    description: 'Turns an access token into a principal',
    trigger: { by: 'authorizer' },
    tables: {
      Accounts: ['BatchGetItem'],
      Sessions: ['BatchGetItem'],
      Revocations: ['Query'],
      PublishedKeys: ['GetItem'],
      AuditOutbox: ['PutItem'],
    },
    values: [...revoking, 'issuer', 'audience', 'keyCacheSeconds', 'revocationPollSeconds'],
  },
  wellKnown: {
    ...request,
    description: 'Health and the published keys',
    memoryMb: 512,
    tables: { PublishedKeys: ['GetItem'] },
    values: [...http, 'keyCacheSeconds'],
  },
  registration: {
    ...hashing,
    description: 'Registration and e-mail verification',
    setsPasswords: true,
    tables: {
      Accounts: ['GetItem', 'PutItem', 'DeleteItem', 'ConditionCheckItem'],
      Sessions: ['Query', 'PutItem', 'UpdateItem'],
      Devices: ['PutItem'],
      Revocations: ['PutItem'],
      MailOutbox: ['PutItem'],
      Limits: ['UpdateItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { ...issuingSecrets, mailKeys: 'read', credentialKeys: 'read' },
    values: [...issuing, ...settingPasswords, 'limits', 'defaultTenant'],
  },
  recovery: {
    ...hashing,
    ...changing,
    description: 'Password reset, and change of address and its undoing, by mailed links',
    setsPasswords: true,
    tables: {
      Accounts: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      Sessions: ['GetItem', 'ConditionCheckItem'],
      Devices: ['BatchGetItem', 'UpdateItem'],
      Factors: ['Query', 'UpdateItem', 'DeleteItem'],
      Grants: ['GetItem', 'PutItem', 'DeleteItem'],
      Limits: ['UpdateItem'],
      Revocations: ['PutItem'],
      MailOutbox: ['PutItem'],
      AuditOutbox: ['PutItem'],
    },
  },
  account: {
    ...hashing,
    ...changing,
    description: 'Change of password and address, and erasure, by the account’s owner',
    setsPasswords: true,
    tables: {
      ...tracing,
      Accounts: ['GetItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
      Sessions: [...tracing.Sessions, 'GetItem', 'UpdateItem', 'ConditionCheckItem'],
      Devices: [...tracing.Devices, 'UpdateItem'],
      Grants: ['GetItem', 'PutItem', 'DeleteItem'],
      Limits: [...tracing.Limits, 'UpdateItem'],
      Revocations: ['PutItem'],
      MailOutbox: ['PutItem'],
      AuditOutbox: ['PutItem'],
    },
  },
  signIn: {
    ...hashing,
    description: 'Sign-in with a password',
    tables: {
      Accounts: ['GetItem', 'BatchGetItem', 'UpdateItem', 'ConditionCheckItem'],
      Sessions: ['Query', 'PutItem', 'UpdateItem'],
      Devices: ['BatchGetItem', 'PutItem'],
      Revocations: ['PutItem'],
      MailOutbox: ['PutItem'],
      Limits: ['UpdateItem', 'DeleteItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { ...issuingSecrets, credentialKeys: 'read' },
    values: [...issuing, 'passwordPepper', 'limits'],
  },
  factorSignIn: {
    ...hashing,
    description: 'Sign-in with a second factor or a passkey, and step-up',
    tables: {
      Accounts: ['GetItem', 'BatchGetItem', 'ConditionCheckItem'],
      Sessions: ['BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
      Devices: ['BatchGetItem', 'PutItem'],
      Factors: ['Query', 'UpdateItem'],
      Grants: ['UpdateItem'],
      Limits: ['UpdateItem', 'DeleteItem'],
      Revocations: ['PutItem'],
      MailOutbox: ['PutItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { ...issuingSecrets, credentialKeys: 'read' },
    values: [...issuing, 'passwordPepper', 'limits'],
  },
  factors: {
    ...hashing,
    description: 'Enrolment and administration of second factors',
    tables: {
      Accounts: ['GetItem', 'UpdateItem', 'ConditionCheckItem'],
      Sessions: ['GetItem', 'ConditionCheckItem'],
      Devices: ['UpdateItem'],
      Factors: ['Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      Grants: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      Limits: ['UpdateItem', 'DeleteItem'],
      MailOutbox: ['PutItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { credentialKeys: 'read' },
    values: [...http, 'passwordPepper', 'limits', 'keyCacheSeconds'],
  },
  refresh: {
    ...request,
    description: 'Refresh token rotation',
    tables: {
      Accounts: ['BatchGetItem', 'ConditionCheckItem'],
      Sessions: ['BatchGetItem', 'UpdateItem'],
      Revocations: ['PutItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: issuingSecrets,
    values: [...issuing, 'limits', 'refreshRetryWindowSeconds', 'defaultTenant'],
  },
  session: {
    ...request,
    description: 'Sign-out, profile and sessions',
    tables: {
      Accounts: ['GetItem', 'UpdateItem', 'ConditionCheckItem'],
      Sessions: ['Query', 'UpdateItem'],
      Revocations: ['PutItem'],
      Limits: ['UpdateItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { refreshKeys: 'read' },
    values: [...http, ...revoking, 'keyCacheSeconds', 'limits'],
  },
} as const satisfies Partial<Record<LambdaName, LambdaDefinition>>;
