import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterCredentialsChange } from '../../core/accounts/account.ts';
import type { EmailChangeRequests, EmailChanges } from '../../core/accounts/ports.ts';
import { isLive } from '../../core/sessions/session.ts';
import { readItem } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit, transact } from '../dynamo/transaction.ts';
import { accountAsRead, accountCheck, accountHasEmail, accountUpdate } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { emailPut, emailRemoval, emailReservation, formerAddressesWrite } from '../items/emailItems.ts';
import { grantKey } from '../items/grantItems.ts';
import { keptLinkOf } from '../items/keptLinkItems.ts';
import { grantedTo, mailedGrantUse, sessionGrantPut } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { sessionFromItem } from '../items/sessionItems.ts';
import { activeSession, liveSession } from '../items/sessionWrites.ts';

export function createEmailChangeRequests(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'sessions' | 'grants' | 'mailOutbox' | 'auditOutbox'>;
}): EmailChangeRequests {
  const { client, tables } = deps;
  return {
    async kept(sub) {
      return keptLinkOf(await readItem(client, { table: tables.grants, key: { pk: grantKey('email-change', sub) } }));
    },
    async request({ account, sid, jobs, event, ...mailed }) {
      const grant = sessionGrantPut(tables.grants, { purpose: 'email-change', account, sid, ...mailed });
      const items = [
        grant,
        accountCheck(tables.accounts, account.sub, accountAsRead(account)),
        activeSession(tables.sessions, { sub: account.sub, sid }),
        auditEventPut(tables.auditOutbox, event),
        ...jobs.map((job) => mailJobPut(tables.mailOutbox, { job, nowMs: mailed.nowMs })),
      ];
      const outcome = await transact(client, items);
      // The grant alone has changed: another request has just mailed the link, or it was used.
      return outcome.committed || outcome.failed.every(({ index }) => items[index] === grant);
    },
  };
}

export function createEmailChanges(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'sessions' | 'grants' | 'mailOutbox' | 'auditOutbox'>;
}): EmailChanges {
  const { client, tables } = deps;
  return {
    async findSession({ account, tokenHash, now }) {
      const { sub, sessionEpoch } = account;
      const granted = await readItem(client, { table: tables.grants, key: { pk: grantKey('email-change', sub) } });
      // A grant of the release before names no session: nothing says that whoever asked is still signed in.
      const sid = grantedTo(granted, { tokenHash, account })?.sid;
      if (sid === undefined) return undefined;
      const item = await readItem(client, { table: tables.sessions, key: { sub, sid } });
      const session = item && sessionFromItem(item);
      return session?.epoch === sessionEpoch && isLive(session, now) ? { sid } : undefined;
    },
    complete({ account, newEmail, tokenHash, sid, formerAddresses, nowMs, event, mail }) {
      const now = Math.floor(nowMs / 1000);
      const { sub, normalizedEmail } = account;
      const since = afterCredentialsChange(account, now);
      const until = formerAddresses.findLast(({ email }) => email === normalizedEmail)?.expiresAt;
      return commit(client, [
        mailedGrantUse(tables.grants, { purpose: 'email-change', sub, tokenHash, now, account, sid }),
        liveSession(tables.sessions, { sub, sid, epoch: account.sessionEpoch, now }),
        { Put: emailPut(tables.accounts, { sub, normalizedEmail: newEmail, credentialsChangedAt: since }, now) },
        until === undefined
          ? emailRemoval(tables.accounts, account)
          : emailReservation(tables.accounts, { ...account, until }),
        formerAddressesWrite(tables.accounts, sub, formerAddresses),
        accountUpdate(tables.accounts, sub, {
          set: {
            email: newEmail,
            normalized_email: newEmail,
            email_verified: true,
            credentials_changed_at: since,
            updated_at: now,
          },
          onlyWhile: [...accountAsRead(account), accountHasEmail(account.normalizedEmail)],
        }),
        auditEventPut(tables.auditOutbox, event),
        mailJobPut(tables.mailOutbox, { job: mail, nowMs }),
      ]);
    },
  };
}
