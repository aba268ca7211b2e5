import { resolve } from 'node:path';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import type { LambdaName } from '../../../lambdas/contract/lambdas.ts';
import type { Authorizer } from '../../../lambdas/endpoints/authorizer.ts';
import type { HttpHandler } from '../../../lambdas/http/httpHandler.ts';
import { commonPasswords } from '../../../lib/bundle/commonPasswords.ts';
import { awsClients } from './awsClients.ts';
import { stack } from './stack.ts';

/** The environment that a deployed function runs in. */
export async function deployedEnvironment(name: LambdaName): Promise<Readonly<Record<string, string>>> {
  const { lambda } = awsClients();
  const FunctionName = stack().functions[name];
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return Environment?.Variables ?? {};
}

/**
 * The handler of a deployed function, run in this process on the tables and secrets of the stack: for events that no
 * client of the front can send. A file that calls it for several functions gives each an environment of its own.
 */
export async function deployedHandler(
  name: LambdaName,
  changes: Readonly<Record<string, string>> = {},
): Promise<HttpHandler> {
  await takeEnvironment(name, changes);
  const { handler }: { handler: HttpHandler } = await import(`../../../lambdas/handlers/${name}.ts`);
  return handler;
}

/** The authorizer, likewise. */
export async function deployedAuthorizer(): Promise<Authorizer> {
  await takeEnvironment('authorizer', {});
  return (await import('../../../lambdas/handlers/authorizer.ts')).handler;
}

async function takeEnvironment(name: LambdaName, changes: Readonly<Record<string, string>>): Promise<void> {
  Object.assign(process.env, await deployedEnvironment(name), {
    AWS_ENDPOINT_URL: stack().endpoint_url,
    AWS_REGION: stack().region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_DISABLED: 'true',
    COMMON_PASSWORDS_FILE: commonPasswords(resolve(import.meta.dirname, '../../..')),
    ...changes,
  });
}
