import { isIP } from 'node:net';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Limits } from '../../../lambdas/contract/limits.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { systemClock } from '../../../lambdas/core/common/clock.ts';
import type { LimitDecision } from '../../../lambdas/core/limits/limitDecision.ts';
import { limitsOfAccount, limitsOfSource } from '../../../lambdas/core/limits/limitSubjects.ts';
import { valueVariable } from '../../../lambdas/manifest/environment.ts';
import { settings } from '../../../lambdas/manifest/settings.ts';
import { createAccounts } from '../../../lambdas/stores/accounts/accounts.ts';
import { createDocumentClient } from '../../../lambdas/stores/dynamo/client.ts';
import { createLimitAdministration } from '../../../lambdas/stores/limits/limitAdministration.ts';
import { CliError } from '../support/cliError.ts';
import type { Deployment } from '../support/deployment.ts';
import { emailAddress } from '../support/emailAddress.ts';
import { macKeys, tablesOf } from '../support/stores.ts';

/** The limits of a deployment, as its Lambdas were given them. */
export async function deployedLimits(deployment: Deployment): Promise<Limits> {
  const command = new GetFunctionConfigurationCommand({ FunctionName: deployment.functionName('signIn') });
  const { Environment } = await new LambdaClient({}).send(command);
  const limits = settings.limits.text.safeParse(Environment?.Variables?.[valueVariable('limits')]);
  if (limits.success) return limits.data;
  throw new CliError('this stage has other limits, or none: deploy this version of Gatehouse to it first');
}

/** Whose limits are meant: those of a source address, or of an account or of an e-mail address without one. */
export interface LimitSubject {
  readonly account: Account | undefined;
  readonly decisions: readonly LimitDecision[];
}

export async function openLimits(deployment: Deployment) {
  const client = createDocumentClient();
  const tables = tablesOf(deployment);
  const accounts = createAccounts({ client, table: tables.accounts });
  const keys = macKeys(deployment, 'credentialKeys');
  const limits = await deployedLimits(deployment);
  return {
    limits,
    administration: createLimitAdministration({ client, tables, limits, clock: systemClock }),
    /** @throws CliError for what is neither. */
    async subject(who: string, ip: string | undefined): Promise<LimitSubject> {
      if (ip !== undefined && isIP(ip) === 0) throw new CliError(`${ip} is no IP address`);
      if (isIP(who) > 0) return { account: undefined, decisions: limitsOfSource(who) };
      const account = who.includes('@') ? await accounts.findByEmail(emailAddress(who)) : await accounts.find(who);
      if (!account && !who.includes('@')) throw new CliError(`${who} is no IP address, no e-mail address and no sub`);
      const email = account?.normalizedEmail ?? emailAddress(who);
      return { account, decisions: limitsOfAccount({ email, account, key: await keys.current(), ip }) };
    },
  };
}
