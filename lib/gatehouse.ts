import { type App, Aspects, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { stackNames } from '../lambdas/manifest/deployment.ts';
import { ApiStack } from './api/apiStack.ts';
import { denyByDefault } from './api/denyByDefault.ts';
import { DataStack } from './data/dataStack.ts';
import type { CodeSource } from './functions/functions.ts';
import { LocalCloud } from './localCloud.ts';
import type { Settings } from './settings.ts';

export interface GatehouseProps {
  readonly settings: Settings;
  readonly code: CodeSource;
  readonly version: string;
}

/** One deployment: its two stacks, and the checks that every deployment has to pass. */
export function addGatehouse(
  app: App,
  { settings, code, version }: GatehouseProps,
): { data: DataStack; api: ApiStack } {
  const names = stackNames(settings);
  const env = environmentOf(settings);
  const common = { env, settings, terminationProtection: settings.terminationProtection };
  const data = new DataStack(app, names.data, { ...common, description: 'Gatehouse: data' });
  const api = new ApiStack(app, names.api, { ...common, data, code, version, description: 'Gatehouse: API' });
  denyByDefault(app);
  if (settings.stage === 'local') Aspects.of(app).add(new LocalCloud());
  else Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { data, api };
}

function environmentOf({ stage }: Settings): { account?: string; region?: string } {
  if (stage === 'local') return { account: '000000000000', region: 'us-east-1' };
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  return { ...(account && { account }), ...(region && { region }) };
}
