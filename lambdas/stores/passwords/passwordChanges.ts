import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterCredentialsChange } from '../../core/accounts/account.ts';
import type { PasswordChanges } from '../../core/passwords/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { accountAsRead, accountHasPasswordHash, accountUpdate } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { emailCredentials } from '../items/emailItems.ts';
import { mailedGrantRemoval } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { type RevocationLifetime, revocationPut } from '../items/revocationItems.ts';
import { activeSession, sessionRevocation } from '../items/sessionWrites.ts';

/** How many sessions one change can end: each takes two of a transaction's hundred items. */
const mostSessionsEnded = 40;

export function createPasswordChanges(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'sessions' | 'grants' | 'revocations' | 'mailOutbox' | 'auditOutbox'>;
  readonly lifetime: RevocationLifetime;
}): PasswordChanges {
  const { client, tables, lifetime } = deps;
  return {
    mostSessionsEnded,
    async change({ account, sid: ownSid, passwordHash, endSids, nowMs, event, notice }) {
      const { sub } = account;
      const now = Math.floor(nowMs / 1000);
      const since = afterCredentialsChange(account, now);
      const outcome = await transact(client, [
        accountUpdate(tables.accounts, sub, {
          set: {
            password_hash: passwordHash,
            credentials_changed_at: since,
            updated_at: now,
          },
          onlyWhile: [...accountAsRead(account), accountHasPasswordHash(account.passwordHash)],
        }),
        emailCredentials(tables.accounts, { ...account, credentialsChangedAt: since }),
        activeSession(tables.sessions, { sub, sid: ownSid }),
        mailedGrantRemoval(tables.grants, { purpose: 'reset', sub }),
        auditEventPut(tables.auditOutbox, event),
        mailJobPut(tables.mailOutbox, { job: notice, nowMs }),
        ...endSids.flatMap((sid) => [
          sessionRevocation(tables.sessions, { sub, sid, nowMs }),
          revocationPut(tables.revocations, { entry: { kind: 'sid', value: sid }, nowMs, lifetime }),
        ]),
      ]);
      if (outcome.committed) return 'changed';
      const failed = new Set(outcome.failed.map(({ index }) => index));
      if (failed.has(0) || failed.has(1)) return 'changed_meanwhile';
      return failed.has(2) ? 'own_session_ended' : 'session_ended';
    },
  };
}
