import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { LambdaName } from '../../../lambdas/contract/lambdas.ts';
import {
  type DeploymentId,
  outputKey,
  parseSettingOutput,
  resourceOutputKey,
  stackNames,
} from '../../../lambdas/manifest/deployment.ts';
import type { SecretName } from '../../../lambdas/manifest/secrets.ts';
import type { OutputSetting, SettingValues } from '../../../lambdas/manifest/settings.ts';
import type { TableName } from '../../../lambdas/manifest/tables.ts';
import { CliError } from './cliError.ts';
import { readStack } from './stackState.ts';

/** The physical names of what a stage consists of. */
export interface Deployment {
  readonly id: DeploymentId;
  table(name: TableName): string;
  functionName(name: LambdaName): string;
  /** The ARN of a secret. */
  secret(name: SecretName): string;
  setting<Name extends OutputSetting>(name: Name): SettingValues[Name];
  readonly auditBucket: string;
}

/** @throws CliError when the stage is not deployed where the credentials point, or lacks what is asked for. */
export async function findDeployment(
  id: DeploymentId,
  client: Pick<CloudFormationClient, 'send'> = new CloudFormationClient({}),
): Promise<Deployment> {
  const names = stackNames(id);
  const stacks = await Promise.all([names.data, names.api].map((name) => readOutputs(client, name, id)));
  const outputs = new Map(stacks.flat());
  const output = (key: string): string => {
    const value = outputs.get(key);
    if (value !== undefined) return value;
    throw new CliError(`the stage ${id.stage} has no output ${key}: deploy this version of Gatehouse to it first`);
  };
  return {
    id,
    table: (name) => output(resourceOutputKey('table', name)),
    functionName: (name) => output(resourceOutputKey('function', name)),
    secret: (name) => output(resourceOutputKey('secret', name)),
    setting: (name) => parseSettingOutput(name, output(outputKey(name))),
    get auditBucket() {
      return output(outputKey('auditBucket'));
    },
  };
}

async function readOutputs(client: Pick<CloudFormationClient, 'send'>, stack: string, { stage }: DeploymentId) {
  const state = await readStack(stack, client);
  if (state) return [...state.outputs];
  const hint =
    stage === 'local'
      ? 'start it with `npm run up`'
      : 'check --stage, --prefix, AWS_PROFILE and AWS_REGION, or deploy it';
  throw new CliError(`the stage ${stage} is not deployed here (no stack ${stack}): ${hint}`);
}
