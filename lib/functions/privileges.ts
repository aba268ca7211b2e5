import type { LambdaName } from '../../lambdas/contract/lambdas.ts';
import type { TableName } from '../../lambdas/manifest/tables.ts';

export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'Scan'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'BatchWriteItem'
  | 'ConditionCheckItem';

export const secretNames = ['signingKeys', 'refreshKeys', 'mailKeys', 'credentialKeys'] as const;
export type SecretName = (typeof secretNames)[number];

export interface Privileges {
  /** A transaction needs the action of each of its items, and none of its own. */
  readonly tables?: Partial<Record<TableName, readonly TableAction[]>>;
  /** `read`: the current value. `rotate`: also to write a version and to move its stage. */
  readonly secrets?: Partial<Record<SecretName, 'read' | 'rotate'>>;
  readonly auditLog?: true;
  readonly sendMail?: true;
}

const auditShipping = {
  tables: { AuditOutbox: ['BatchGetItem', 'UpdateItem', 'BatchWriteItem'] },
  auditLog: true,
} as const satisfies Privileges;

/** All that each Lambda's role allows, besides its own log: exactly the stores that its handler wires. */
export const privileges = {
  authorizer: {
    tables: {
      Accounts: ['BatchGetItem'],
      Sessions: ['BatchGetItem'],
      Revocations: ['Query'],
      PublishedKeys: ['GetItem'],
      AuditOutbox: ['PutItem'],
    },
  },
  wellKnown: { tables: { PublishedKeys: ['GetItem'] } },
  registration: {
    tables: {
      Accounts: ['GetItem', 'PutItem', 'DeleteItem'],
      Sessions: ['PutItem', 'UpdateItem'],
      Revocations: ['PutItem'],
      MailOutbox: ['PutItem'],
      Limits: ['UpdateItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { signingKeys: 'read', refreshKeys: 'read', mailKeys: 'read', credentialKeys: 'read' },
  },
  recovery: {
    tables: {
      Accounts: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      Grants: ['GetItem', 'PutItem', 'DeleteItem'],
      Limits: ['UpdateItem'],
      Revocations: ['PutItem'],
      MailOutbox: ['PutItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { mailKeys: 'read', credentialKeys: 'read' },
  },
  account: {
    tables: {
      Accounts: ['GetItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'],
      Sessions: ['Query', 'UpdateItem', 'BatchWriteItem', 'ConditionCheckItem'],
      Factors: ['Query', 'BatchWriteItem'],
      Grants: ['PutItem', 'DeleteItem'],
      Limits: ['UpdateItem', 'DeleteItem'],
      Revocations: ['PutItem'],
      MailOutbox: ['PutItem', 'Scan', 'BatchWriteItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { mailKeys: 'read', credentialKeys: 'read' },
  },
  eraser: {
    tables: {
      Accounts: ['GetItem', 'DeleteItem'],
      Sessions: ['Query', 'BatchWriteItem'],
      Factors: ['Query', 'BatchWriteItem'],
      Grants: ['Scan', 'DeleteItem'],
      Limits: ['DeleteItem'],
      Revocations: ['PutItem'],
      MailOutbox: ['PutItem', 'Scan', 'BatchWriteItem'],
      AuditOutbox: ['PutItem'],
    },
  },
  signIn: {
    tables: {
      Accounts: ['GetItem', 'UpdateItem', 'ConditionCheckItem'],
      Sessions: ['PutItem', 'UpdateItem'],
      Revocations: ['PutItem'],
      MailOutbox: ['PutItem'],
      Limits: ['UpdateItem', 'DeleteItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { signingKeys: 'read', refreshKeys: 'read', credentialKeys: 'read' },
  },
  factorSignIn: {
    tables: {
      Accounts: ['GetItem', 'BatchGetItem', 'ConditionCheckItem'],
      Sessions: ['BatchGetItem', 'PutItem', 'UpdateItem'],
      Factors: ['Query', 'UpdateItem'],
      Grants: ['UpdateItem'],
      Limits: ['UpdateItem', 'DeleteItem'],
      Revocations: ['PutItem'],
      MailOutbox: ['PutItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { signingKeys: 'read', refreshKeys: 'read', credentialKeys: 'read' },
  },
  factors: {
    tables: {
      Accounts: ['GetItem', 'UpdateItem'],
      Factors: ['Query', 'PutItem', 'UpdateItem', 'DeleteItem'],
      Grants: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      MailOutbox: ['PutItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { credentialKeys: 'read' },
  },
  refresh: {
    tables: {
      Accounts: ['BatchGetItem', 'ConditionCheckItem'],
      Sessions: ['BatchGetItem', 'UpdateItem'],
      Limits: ['UpdateItem'],
      Revocations: ['PutItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { signingKeys: 'read', refreshKeys: 'read' },
  },
  session: {
    tables: {
      Accounts: ['GetItem', 'UpdateItem'],
      Sessions: ['Query', 'UpdateItem'],
      Revocations: ['PutItem'],
      AuditOutbox: ['PutItem'],
    },
    secrets: { refreshKeys: 'read' },
  },
  mailer: {
    tables: { MailOutbox: ['GetItem', 'DeleteItem'], MailSuppressions: ['GetItem'] },
    secrets: { mailKeys: 'read' },
    sendMail: true,
  },
  mailEvents: {
    tables: { Accounts: ['GetItem'], MailSuppressions: ['PutItem'], AuditOutbox: ['PutItem'] },
    secrets: { mailKeys: 'read' },
  },
  auditWriter: auditShipping,
  auditSweeper: { ...auditShipping, tables: { AuditOutbox: [...auditShipping.tables.AuditOutbox, 'Scan'] } },
  rotateSigningKeys: {
    tables: { PublishedKeys: ['GetItem', 'PutItem'], Revocations: ['PutItem'], AuditOutbox: ['PutItem'] },
    secrets: { signingKeys: 'rotate' },
  },
  rotateRefreshKeys: { tables: { AuditOutbox: ['PutItem'] }, secrets: { refreshKeys: 'rotate' } },
  initializeSecrets: {
    tables: { PublishedKeys: ['GetItem', 'PutItem'], AuditOutbox: ['PutItem'] },
    secrets: { signingKeys: 'rotate', refreshKeys: 'rotate', mailKeys: 'rotate', credentialKeys: 'rotate' },
  },
} as const satisfies Record<LambdaName, Privileges>;
