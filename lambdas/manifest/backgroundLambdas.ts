import type { LambdaName } from '../contract/lambdas.ts';
import type { LambdaDefinition } from './definition.ts';
import { tracing } from './tracing.ts';

const shipping = ['BatchGetItem', 'UpdateItem', 'BatchWriteItem'] as const;
const mailing = {
  memoryMb: 512,
  secrets: { mailKeys: 'read' },
  sendMail: true,
  values: ['issuer', 'mailFrom', 'mailConfigurationSet'],
} as const;
const audit = { auditLog: true, values: ['auditBucket', 'auditChain'] } as const;

/** The Lambdas that nobody waits for: consumers, schedules, rotations, the first deployment. */
export const backgroundLambdas = {
  eraser: {
    description: 'Goes on with erasures that were interrupted',
    trigger: {
      by: 'schedule',
      id: 'ErasureSweep',
      everyMinutes: 60,
      description: 'goes on with erasures that were interrupted',
    },
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: {
      ...tracing,
      Accounts: ['GetItem', 'DeleteItem'],
      Grants: ['DeleteItem'],
      Revocations: ['PutItem'],
      MailOutbox: ['PutItem'],
      AuditOutbox: ['PutItem'],
    },
    sweeps: ['Grants'],
    values: ['accessTokenTtlSeconds', 'clockLeewaySeconds'],
  },
  mailer: {
    ...mailing,
    description: 'Sends what the mail outbox holds',
    timeoutSeconds: 30,
    trigger: {
      by: 'stream',
      id: 'MailStream',
      table: 'MailOutbox',
      batchSize: 10,
      batchWindowSeconds: 0,
      // Only of a run that broke off. A mail that fails is left to the sweeper.
      maximumRetryAttempts: 3,
      maximumRecordAgeSeconds: 3600,
    },
    tables: { MailOutbox: ['GetItem', 'DeleteItem'], MailSuppressions: ['GetItem'] },
  },
  mailSweeper: {
    ...mailing,
    description: 'Tries again the mails that failed, until they are of no use',
    timeoutSeconds: 55,
    trigger: {
      by: 'schedule',
      id: 'MailSweep',
      everyMinutes: 1,
      description: 'tries the mails again that failed',
    },
    tables: {
      MailOutbox: ['UpdateItem', 'GetItem', 'DeleteItem'],
      MailSuppressions: ['GetItem'],
      Accounts: ['GetItem'],
    },
    sweeps: ['MailOutbox'],
  },
  mailEvents: {
    description: 'Suppresses addresses that bounce or complain',
    trigger: { by: 'mailEvents', id: 'MailEvents' },
    memoryMb: 512,
    timeoutSeconds: 30,
    tables: { Accounts: ['GetItem'], MailSuppressions: ['PutItem'], AuditOutbox: ['PutItem'] },
    secrets: { mailKeys: 'read' },
    values: [],
  },
  auditWriter: {
    ...audit,
    description: 'Appends what the audit outbox holds to the audit log',
    trigger: {
      by: 'stream',
      id: 'AuditStream',
      table: 'AuditOutbox',
      batchSize: 100,
      batchWindowSeconds: 'auditBatchWindowSeconds',
      // What still fails after these retries, the sweeper ships.
      maximumRetryAttempts: 5,
      maximumRecordAgeSeconds: 3600,
    },
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: { AuditOutbox: shipping },
  },
  auditSweeper: {
    ...audit,
    description: 'Appends what the stream of the audit outbox lost',
    trigger: {
      by: 'schedule',
      id: 'AuditSweep',
      everyMinutes: 1,
      description: 'ships what the stream of the audit outbox lost',
    },
    memoryMb: 512,
    timeoutSeconds: 55,
    tables: { AuditOutbox: shipping },
    sweeps: ['AuditOutbox'],
  },
  rotateSigningKeys: {
    description: 'Rotates the signing key ring in four steps',
    trigger: {
      by: 'rotation',
      id: 'SigningKeyRotation',
      secret: 'signingKeys',
      everyDays: 'signingKeyRotationDays',
    },
    memoryMb: 1024,
    timeoutSeconds: 60,
    tables: { PublishedKeys: ['GetItem', 'PutItem'], Revocations: ['PutItem'], AuditOutbox: ['PutItem'] },
    secrets: { signingKeys: 'rotate' },
    values: ['accessTokenTtlSeconds', 'clockLeewaySeconds', 'keyCacheSeconds', 'signingAlgorithm'],
  },
  rotateRefreshKeys: {
    description: 'Rotates the refresh MAC keys in four steps',
    trigger: {
      by: 'rotation',
      id: 'RefreshKeyRotation',
      secret: 'refreshKeys',
      everyDays: 'refreshKeyRotationDays',
    },
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: { AuditOutbox: ['PutItem'] },
    secrets: { refreshKeys: 'rotate' },
    values: ['refreshAbsoluteTtlSeconds', 'keyCacheSeconds'],
  },
  initializeSecrets: {
    description: 'Makes the first key rings, at deployment',
    trigger: { by: 'deployment', id: 'KeyRings' },
    memoryMb: 1024,
    timeoutSeconds: 60,
    tables: { PublishedKeys: ['GetItem', 'PutItem'], AuditOutbox: ['PutItem'] },
    secrets: { signingKeys: 'rotate', refreshKeys: 'rotate', mailKeys: 'rotate', credentialKeys: 'rotate' },
    values: ['signingAlgorithm'],
  },
  addSweepKeys: {
    description: 'Gives items of the release before what sweeps find them by',
    trigger: { by: 'update', id: 'SweepKeys' },
    memoryMb: 512,
    timeoutSeconds: 600,
    tables: {
      Grants: ['Scan', 'UpdateItem'],
      MailOutbox: ['Scan', 'UpdateItem'],
      AuditOutbox: ['Scan', 'UpdateItem'],
    },
    values: [],
  },
} as const satisfies Partial<Record<LambdaName, LambdaDefinition>>;
