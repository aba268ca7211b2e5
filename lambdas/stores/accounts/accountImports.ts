import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand, type BatchGetCommandInput, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Account, afterCredentialsChange } from '../../core/accounts/account.ts';
import type { AccountImportOutcome, AccountImports, NewAccount } from '../../core/accounts/ports.ts';
import { ProblemError, unavailable } from '../../core/common/errors.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type FailedCondition, type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountFromItem, accountKey } from '../items/accountItems.ts';
import {
  accountHasNoPassword,
  accountIsKept,
  accountIsOfEpoch,
  accountUpdate,
  credentialsUnchanged,
  newAccountPuts,
} from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { emailCredentials } from '../items/emailItems.ts';

/** Account, address and event. A transaction has 100 items at most. */
const itemsPerAccount = 3;
export const accountsPerTransaction = 33;

export function createAccountImports(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'auditOutbox'>;
  /** @default a real one */
  delay?: (ms: number) => Promise<unknown>;
}): AccountImports {
  const { client, tables, delay = sleep } = deps;

  const items = ({ account, event }: NewAccount): TransactItem[] => [
    ...newAccountPuts(tables.accounts, account),
    auditEventPut(tables.auditOutbox, event),
  ];

  return {
    async create(accounts) {
      const outcomes = new Map<NewAccount, AccountImportOutcome>();
      let left = accounts;
      while (left.length > 0) {
        const result = await patiently(() => transact(client, left.flatMap(items)), delay);
        if (result.committed) {
          for (const one of left) outcomes.set(one, 'imported');
          break;
        }
        for (const [one, outcome] of refused(left, result.failed)) outcomes.set(one, outcome);
        left = left.filter((one) => !outcomes.has(one));
      }
      return accounts.map((one) => outcomes.get(one) ?? missing());
    },

    async find(subs) {
      const found: Account[] = [];
      let keys: Record<string, unknown>[] = [...new Set(subs)].map((sub) => ({ pk: accountKey(sub) }));
      while (keys.length > 0) {
        const Keys = keys;
        const { Responses = {}, UnprocessedKeys = {} } = await patiently(
          () => batchGet(client, { [tables.accounts]: { Keys, ConsistentRead: true } }),
          delay,
        );
        found.push(...(Responses[tables.accounts] ?? []).map(accountFromItem));
        keys = UnprocessedKeys[tables.accounts]?.Keys ?? [];
      }
      return found;
    },

    async addPassword({ account, passwordHash, nowMs, event }) {
      const now = Math.floor(nowMs / 1000);
      const since = afterCredentialsChange(account, now);
      const change = {
        set: {
          password_hash: passwordHash,
          credentials_changed_at: since,
          updated_at: now,
        },
        onlyWhile: [
          accountIsKept,
          accountHasNoPassword,
          accountIsOfEpoch(account.sessionEpoch),
          credentialsUnchanged(account.credentialsChangedAt),
        ],
      };
      const items = [
        accountUpdate(tables.accounts, account.sub, change),
        emailCredentials(tables.accounts, { ...account, credentialsChangedAt: since }),
        auditEventPut(tables.auditOutbox, event),
      ];
      return (await patiently(() => transact(client, items), delay)).committed;
    },
  };
}

async function batchGet(client: DynamoDBDocumentClient, RequestItems: BatchGetCommandInput['RequestItems']) {
  try {
    return await client.send(new BatchGetCommand({ RequestItems }));
  } catch (error) {
    throw unavailable(error);
  }
}

const attempts = 9;
const longestWaitMs = 30_000;

async function patiently<T>(action: () => Promise<T>, delay: (ms: number) => Promise<unknown>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt === attempts || !passes(error)) throw error;
      await delay(Math.random() * Math.min(longestWaitMs, 500 * 2 ** attempt));
    }
  }
}

const passing = [
  'TransactionCanceledException',
  'TransactionInProgressException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TimeoutError',
];

/** Whether another try may succeed: after throttling, a conflict, or a fault of the service or the network. */
function passes(error: unknown): boolean {
  if (!(error instanceof ProblemError && error.code === 'unavailable' && error.cause instanceof Error)) return false;
  const { cause } = error;
  return passing.includes(cause.name) || ('$fault' in cause && cause.$fault === 'server') || 'syscall' in cause;
}

function refused(
  accounts: readonly NewAccount[],
  failed: readonly FailedCondition[],
): Map<NewAccount, AccountImportOutcome> {
  const outcomes = new Map<NewAccount, AccountImportOutcome>();
  for (const { index, item } of failed) {
    const one = accounts[Math.floor(index / itemsPerAccount)] ?? missing();
    const place = index % itemsPerAccount;
    if (place === 2) throw new Error('the event of an import is there already');
    if (place === 1) outcomes.set(one, item?.['sub'] === one.account.sub ? 'existing' : 'address_taken');
    else if (!outcomes.has(one)) outcomes.set(one, 'sub_taken');
  }
  return outcomes;
}

function missing(): never {
  throw new Error('a transaction names an item that it does not have');
}
