import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { type AuditEvent, auditEventSchema } from '../../contract/auditEvents.ts';
import { type Account, tokenCutAt } from '../../core/accounts/account.ts';
import type { Erasure } from '../../core/accounts/erasure.ts';
import { unavailable } from '../../core/common/errors.ts';
import type { MailJob } from '../../core/mail/mailJob.ts';
import { parseItem } from '../dynamo/parseItem.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountKey, emailKey } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { mailedGrantRemoval } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import type { RevocationLifetime } from '../items/revocationItems.ts';
import { revocationPut } from '../items/revocationItems.ts';
import { enrolmentRemoval } from '../items/totpEnrolmentItems.ts';

export interface AccountErasure {
  /**
   * Ends an account for good: nobody signs in to it any more, its session epoch is raised, the access tokens issued until
   * now are revoked, the erasure is remembered and recorded, in one transaction.
   *
   * @returns false, with nothing written, when there is no such account, or its erasure has begun already.
   */
  begin(input: { readonly erasure: Erasure; readonly nowMs: number; readonly event: AuditEvent }): Promise<boolean>;
  /**
   * Deletes what is left, which is the account, its address, its grants and the memory of the erasure, records it, and
   * asks for the last mail, in one transaction.
   *
   * @returns false, with nothing written, when somebody else has done so.
   */
  finish(input: {
    readonly account: Account;
    readonly nowMs: number;
    readonly event: AuditEvent;
    readonly notice: MailJob;
  }): Promise<boolean>;
}

const prefix = 'erasure#';
const erasureKey = (sub: string) => `${prefix}${sub}`;

export function createAccountErasure(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'grants' | 'revocations' | 'mailOutbox' | 'auditOutbox'>;
  lifetime: RevocationLifetime;
}): AccountErasure {
  const { client, tables, lifetime } = deps;
  const revocation = (sub: string, nowMs: number) => {
    const entry = { kind: 'sub', value: sub, issuedAtOrBefore: tokenCutAt(Math.floor(nowMs / 1000)) } as const;
    return revocationPut({ table: tables.revocations, entry, nowMs, ...lifetime });
  };
  return {
    async begin({ erasure, nowMs, event }) {
      const outcome = await transact(client, [
        ending(tables.accounts, erasure.sub, Math.floor(nowMs / 1000)),
        {
          Put: {
            TableName: tables.grants,
            Item: { pk: erasureKey(erasure.sub), schema_version: 1, sub: erasure.sub, actor: erasure.actor },
          },
        },
        revocation(erasure.sub, nowMs),
        auditEventPut(tables.auditOutbox, event),
      ]);
      return outcome.committed;
    },
    async finish({ account: { sub, normalizedEmail }, nowMs, event, notice }) {
      const outcome = await transact(client, [
        ...accountDeletes(tables.accounts, { sub, normalizedEmail }),
        mailedGrantRemoval(tables.grants, { purpose: 'reset', sub }),
        mailedGrantRemoval(tables.grants, { purpose: 'email-change', sub }),
        enrolmentRemoval(tables.grants, sub),
        { Delete: { TableName: tables.grants, Key: { pk: erasureKey(sub) } } },
        revocation(sub, nowMs),
        auditEventPut(tables.auditOutbox, event),
        mailJobPut({ table: tables.mailOutbox, job: notice, nowMs }),
      ]);
      return outcome.committed;
    },
  };
}

function ending(table: string, sub: string, now: number): TransactItem {
  return {
    Update: {
      TableName: table,
      Key: { pk: accountKey(sub) },
      UpdateExpression:
        'SET #status = :deleting, session_epoch = session_epoch + :one, token_cut = :cut, updated_at = :now',
      ConditionExpression: '#status IN (:active, :disabled)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':deleting': 'deleting',
        ':active': 'active',
        ':disabled': 'disabled',
        ':one': 1,
        ':cut': tokenCutAt(now),
        ':now': now,
      },
    },
  };
}

function accountDeletes(
  table: string,
  { sub, normalizedEmail }: Pick<Account, 'sub' | 'normalizedEmail'>,
): TransactItem[] {
  return [
    {
      Delete: {
        TableName: table,
        Key: { pk: accountKey(sub) },
        ConditionExpression: '#status = :deleting',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':deleting': 'deleting' },
      },
    },
    {
      Delete: {
        TableName: table,
        Key: { pk: emailKey(normalizedEmail) },
        ConditionExpression: '#sub = :sub',
        ExpressionAttributeNames: { '#sub': 'sub' },
        ExpressionAttributeValues: { ':sub': sub },
      },
    },
  ];
}

const erasureSchema = z.object({
  schema_version: z.literal(1),
  sub: z.string(),
  actor: auditEventSchema.shape.actor,
});

/** The erasures that have begun and not ended; a scan of the grants, which are few and short-lived. */
export async function* listErasures(deps: { client: DynamoDBDocumentClient; table: string }): AsyncGenerator<Erasure> {
  const pages = paginateScan(
    { client: deps.client },
    {
      TableName: deps.table,
      FilterExpression: 'begins_with(pk, :prefix)',
      ExpressionAttributeValues: { ':prefix': prefix },
      ConsistentRead: true,
    },
  );
  try {
    for await (const page of pages) {
      for (const item of page.Items ?? []) {
        const { sub, actor } = parseItem(erasureSchema, item);
        yield { sub, actor };
      }
    }
  } catch (error) {
    throw unavailable(error);
  }
}
