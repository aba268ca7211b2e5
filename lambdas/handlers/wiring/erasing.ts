import { systemClock as clock } from '../../core/common/clock.ts';
import type { EraseAccountDeps } from '../../flows/accounts/eraseAccount.ts';
import type { EnvironmentOf } from '../../manifest/environment.ts';
import { createAccountErasure } from '../../stores/accounts/accountErasure.ts';
import { createAccounts } from '../../stores/accounts/accounts.ts';
import { createAccountTraces } from '../../stores/accounts/accountTraces.ts';
import type { DocumentClient } from '../../stores/dynamo/client.ts';
import { revocationLifetime } from './settings.ts';

/** What erasing an account takes, in every Lambda that does it. */
export function erasing(env: EnvironmentOf<'eraser'>, client: DocumentClient): EraseAccountDeps {
  const { tables } = env;
  return {
    accounts: createAccounts({ client, table: tables.accounts }),
    erasure: createAccountErasure({ client, tables, lifetime: revocationLifetime(env) }),
    traces: createAccountTraces({ client, tables }),
    clock,
  };
}
