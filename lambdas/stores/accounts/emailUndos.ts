import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterCredentialsChange } from '../../core/accounts/account.ts';
import type { EmailUndo, EmailUndos } from '../../core/accounts/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { accountAsRead, accountHasEmail } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import {
  emailCredentials,
  emailRemoval,
  emailReservation,
  emailReturn,
  formerAddressesWrite,
} from '../items/emailItems.ts';
import { factorDelete, factorSetUpdate } from '../items/factorItems.ts';
import { mailedGrantRemoval } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import type { RevocationLifetime } from '../items/revocationItems.ts';
import { shutOut } from '../items/shutOut.ts';
import { enrolmentRemoval } from '../items/totpEnrolmentItems.ts';

export function createEmailUndos(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'factors' | 'grants' | 'revocations' | 'mailOutbox' | 'auditOutbox'>;
  readonly lifetime: RevocationLifetime;
}): EmailUndos {
  const { client, tables, lifetime } = deps;
  return {
    undo(undo) {
      const { account, to, nowMs } = undo;
      const { sub } = account;
      const now = Math.floor(nowMs / 1000);
      const since = afterCredentialsChange(account, now);
      const set = {
        email: to,
        normalized_email: to,
        email_verified: true,
        password_hash: undo.passwordHash,
        factor_methods: [...undo.factors.methods],
        credentials_changed_at: since,
        updated_at: now,
      };
      const onlyWhile = [...accountAsRead(account), accountHasEmail(account.normalizedEmail)];
      return shutOut(client, tables, { sub, nowMs, lifetime }, { set, onlyWhile }, [
        ...(to === account.normalizedEmail
          ? [emailCredentials(tables.accounts, { ...account, credentialsChangedAt: since })]
          : emailsBack(tables.accounts, undo, since)),
        formerAddressesWrite(tables.accounts, sub, undo.formerAddresses),
        ...withoutFactors(tables.factors, undo, since),
        mailedGrantRemoval(tables.grants, { purpose: 'reset', sub }),
        mailedGrantRemoval(tables.grants, { purpose: 'email-change', sub }),
        enrolmentRemoval(tables.grants, sub),
        auditEventPut(tables.auditOutbox, undo.event),
        ...undo.notices.map((job) => mailJobPut(tables.mailOutbox, { job, nowMs })),
      ]);
    },
  };
}

/** The address of before is the account's again; the one of now is free, unless an earlier change has reserved it. */
function emailsBack(table: string, { account, to, formerAddresses }: EmailUndo, since: number): TransactItem[] {
  const { sub, normalizedEmail } = account;
  const reserved = formerAddresses.filter(({ email }) => email === normalizedEmail).map(({ expiresAt }) => expiresAt);
  return [
    emailReturn(table, { sub, normalizedEmail: to, credentialsChangedAt: since }),
    reserved.length === 0
      ? emailRemoval(table, account)
      : emailReservation(table, { sub, normalizedEmail, until: Math.max(...reserved) }),
  ];
}

function withoutFactors(table: string, { account: { sub }, factors }: EmailUndo, since: number): TransactItem[] {
  const { removed, recoveryCodesGo, revision } = factors;
  if (removed.length === 0 && !recoveryCodesGo) return [];
  return [
    ...removed.map((id) => factorDelete(table, { sub, id })),
    factorSetUpdate(table, { sub, revision, since, ...(recoveryCodesGo && { recoveryCodes: [] }) }),
  ];
}
