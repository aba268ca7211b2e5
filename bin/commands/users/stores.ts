import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { z } from 'zod';
import { createPasswordHasher } from '../../../lambdas/clients/passwords/passwordHasher.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import type { Operator } from '../../../lambdas/core/audit/operator.ts';
import { systemClock } from '../../../lambdas/core/common/clock.ts';
import { normalizeEmailAddress } from '../../../lambdas/core/common/emailAddress.ts';
import type { MacKeys } from '../../../lambdas/core/keys/ports.ts';
import type { PasswordHasher } from '../../../lambdas/core/passwords/ports.ts';
import { createAccountAdministration } from '../../../lambdas/stores/accounts/accountAdministration.ts';
import { createAccountErasure } from '../../../lambdas/stores/accounts/accountErasure.ts';
import { createAccountImports } from '../../../lambdas/stores/accounts/accountImports.ts';
import { createAccounts } from '../../../lambdas/stores/accounts/accounts.ts';
import {
  createLimitTraces,
  createMailJobTraces,
  createPartitionTraces,
} from '../../../lambdas/stores/accounts/accountTraces.ts';
import { createAuditOutbox } from '../../../lambdas/stores/audit/auditOutbox.ts';
import { createDocumentClient } from '../../../lambdas/stores/dynamo/client.ts';
import { createMacKeys } from '../../../lambdas/stores/keys/macKeys.ts';
import { createSessionRevocation } from '../../../lambdas/stores/sessions/sessionRevocation.ts';
import { createSessions } from '../../../lambdas/stores/sessions/sessions.ts';
import { CliError } from '../support/cliError.ts';
import { refuseClockSkew } from '../support/clockSkew.ts';
import type { Deployment } from '../support/deployment.ts';

const answerSchema = z.object({ headers: z.object({ date: z.string() }) });

/** Longer than any stage's access tokens live: an entry that outlives what it revokes costs nothing. */
const lifetime = { accessTokenTtlSeconds: 24 * 3600, clockLeewaySeconds: 60 };

/** For a client that works through many accounts while nobody waits for an answer. */

const patience = { attempts: 10, timeoutMs: 30_000 };

function tablesOf(deployment: Deployment) {
  return {
    accounts: deployment.table('Accounts'),
    sessions: deployment.table('Sessions'),
    revocations: deployment.table('Revocations'),
    auditOutbox: deployment.table('AuditOutbox'),
    grants: deployment.table('Grants'),
    mailOutbox: deployment.table('MailOutbox'),
  };
}

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
    traces: {
      sessions: createPartitionTraces({ client, table: tables.sessions, sortKey: 'sid' }),
      factors: createPartitionTraces({ client, table: deployment.table('Factors'), sortKey: 'id' }),
      mailJobs: createMailJobTraces({ client, table: tables.mailOutbox }),
      limits: createLimitTraces({ client, table: deployment.table('Limits') }),
    },
    revocation: createSessionRevocation({ client, tables, lifetime }),
    /** The account with an address or a `sub`. */
    async account(user: string): Promise<Account> {
      const email = user.includes('@') ? address(user) : undefined;
      const account = await (email === undefined ? accounts.find(user) : accounts.findByEmail(email));
      if (!account) throw new CliError(`no account ${user}: see \`gatehouse users list\``);
      return account;
    },
  };
}

/** Hashes as the deployment's Lambdas do. */
export function passwordHasher(deployment: Deployment): PasswordHasher {
  return createPasswordHasher({ pepper: { keys: credentialKeys(deployment), applies: deployment.passwordPepper } });
}

export function credentialKeys(deployment: Deployment): MacKeys {
  return createMacKeys({ secretId: deployment.secret('credentialKeys'), clock: systemClock });
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
  return {
    clock: systemClock,
    audit: createAuditOutbox({ client, table: tables.auditOutbox }),
    administration: createAccountAdministration({ client, tables, lifetime }),
  };
}

export function address(text: string): string {
  const email = normalizeEmailAddress(text);
  if (email === undefined) throw new CliError(`${text} is no e-mail address`);
  return email;
}

/**
 * Who the credentials belong to: the actor of every event this tool causes. To be called before any change.
 *
 * @throws CliError also when this computer's clock is not AWS's.
 */
export async function callerIdentity(client = new STSClient({})): Promise<Operator> {
  let serverDate: string | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      serverDate = answerSchema.safeParse(result.response).data?.headers.date;
      return result;
    },
    { step: 'deserialize' },
  );
  const sentAtMs = Date.now();
  const { Arn: arn } = await client.send(new GetCallerIdentityCommand({}));
  refuseClockSkew(serverDate, { sentAtMs, receivedAtMs: Date.now() });
  if (arn === undefined) throw new CliError('AWS does not say whose credentials these are');
  return { type: 'operator', id: arn };
}
