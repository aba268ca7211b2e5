import type { EnvironmentOf } from '../../config.ts';
import type { Clock } from '../../core/common/clock.ts';
import type { EraseAccountDeps } from '../../flows/accounts/eraseAccount.ts';
import { createAccountErasure } from '../../stores/accounts/accountErasure.ts';
import { createAccounts } from '../../stores/accounts/accounts.ts';
import { createLimitTraces, createMailJobTraces, createPartitionTraces } from '../../stores/accounts/accountTraces.ts';
import type { createDocumentClient } from '../../stores/dynamo/client.ts';
import { revocationLifetime } from './settings.ts';

/** What erasing an account takes, in every Lambda that does it. */
export function erasing(
  env: EnvironmentOf<'eraser'>,
  { client, clock }: { readonly client: ReturnType<typeof createDocumentClient>; readonly clock: Clock },
): EraseAccountDeps {
  return {
    accounts: createAccounts({ client, table: env.ACCOUNTS_TABLE }),
    erasure: createAccountErasure({
      client,
      tables: {
        accounts: env.ACCOUNTS_TABLE,
        grants: env.GRANTS_TABLE,
        revocations: env.REVOCATIONS_TABLE,
        mailOutbox: env.MAIL_OUTBOX_TABLE,
        auditOutbox: env.AUDIT_OUTBOX_TABLE,
      },
      lifetime: revocationLifetime(env),
    }),
    traces: {
      sessions: createPartitionTraces({ client, table: env.SESSIONS_TABLE, sortKey: 'sid' }),
      factors: createPartitionTraces({ client, table: env.FACTORS_TABLE, sortKey: 'id' }),
      mailJobs: createMailJobTraces({ client, table: env.MAIL_OUTBOX_TABLE }),
      limits: createLimitTraces({ client, table: env.LIMITS_TABLE }),
    },
    clock,
  };
}
