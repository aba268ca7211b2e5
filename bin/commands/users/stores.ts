import { createPasswordHasher } from '../../../lambdas/clients/passwords/passwordHasher.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { systemClock } from '../../../lambdas/core/common/clock.ts';
import type { PasswordHasher } from '../../../lambdas/core/passwords/ports.ts';
import { createAccountAdministration } from '../../../lambdas/stores/accounts/accountAdministration.ts';
import { createAccountErasure } from '../../../lambdas/stores/accounts/accountErasure.ts';
import { createAccountImports } from '../../../lambdas/stores/accounts/accountImports.ts';
import { createAccounts } from '../../../lambdas/stores/accounts/accounts.ts';
import { createAccountTraces } from '../../../lambdas/stores/accounts/accountTraces.ts';
import { createAuditOutbox } from '../../../lambdas/stores/audit/auditOutbox.ts';
import { createDocumentClient } from '../../../lambdas/stores/dynamo/client.ts';
import { createFactorAdministration } from '../../../lambdas/stores/factors/factorAdministration.ts';
import { createFactors } from '../../../lambdas/stores/factors/factors.ts';
import { createSessionRevocation } from '../../../lambdas/stores/sessions/sessionRevocation.ts';
import { createSessions } from '../../../lambdas/stores/sessions/sessions.ts';
import { CliError } from '../support/cliError.ts';
import type { Deployment } from '../support/deployment.ts';
import { emailAddress } from '../support/emailAddress.ts';
import { withCount } from '../support/readCount.ts';
import { macKeys, tablesOf } from '../support/stores.ts';

/** Longer than any stage's access tokens live: an entry that outlives what it revokes costs nothing. */
const lifetime = { accessTokenTtlSeconds: 24 * 3600, clockLeewaySeconds: 60 };

/** For a client that works through many accounts while nobody waits for an answer. */
const patience = { attempts: 10, timeoutMs: 30_000 };

/** The stores of a deployment's accounts. */
export function openStores(deployment: Deployment) {
  const client = createDocumentClient();
  const tables = tablesOf(deployment);
  const accounts = createAccounts({ client, table: tables.accounts });
  return {
    clock: systemClock,
    accounts,
    administration: createAccountAdministration({ client, tables, lifetime }),
    sessionList: createSessions({ client, tables }),
    erasure: createAccountErasure({ client, tables, lifetime }),
    traces: createAccountTraces({ client, tables }),
    revocation: createSessionRevocation({ client, tables, lifetime }),
    /** The account with an address or a `sub`. */
    async account(user: string): Promise<Account> {
      const email = user.includes('@') ? emailAddress(user) : undefined;
      const account = await (email === undefined ? accounts.find(user) : accounts.findByEmail(email));
      if (!account) throw new CliError(`no account ${user}: see \`gatehouse users list\``);
      return account;
    },
  };
}

/** The stores of the factors of its accounts. */
export function openFactors(deployment: Deployment) {
  const client = createDocumentClient();
  const tables = tablesOf(deployment);
  return {
    clock: systemClock,
    factors: createFactors({ client, table: tables.factors }),
    factorAdministration: createFactorAdministration({ client, tables, lifetime }),
  };
}

/** Hashes as the deployment's Lambdas do. */
export function passwordHasher(deployment: Deployment): PasswordHasher {
  return createPasswordHasher({
    pepper: { keys: macKeys(deployment, 'credentialKeys'), applies: deployment.setting('passwordPepper') },
  });
}

/** What an import writes to. Its client waits where a request could not. */
export function openImports(deployment: Deployment) {
  const client = createDocumentClient(patience);
  return { clock: systemClock, imports: createAccountImports({ client, tables: tablesOf(deployment) }) };
}

/** What an export reads from. */
export function openExport(deployment: Deployment) {
  const client = createDocumentClient(patience);
  const tables = tablesOf(deployment);
  const { list } = createAccountAdministration({ client, tables, lifetime });
  return {
    clock: systemClock,
    audit: createAuditOutbox({ client, table: tables.auditOutbox }),
    administration: { list: (unreadable: (sub: string) => void) => withCount(list(unreadable), 'accounts') },
  };
}
