import * as z from 'zod/mini';
import { upperFirst } from '../contract/casing.ts';
import type { LambdaName } from '../contract/lambdas.ts';
import { namesOf } from '../contract/records.ts';
import type { SecretName } from './secrets.ts';
import { type OutputSetting, type SettingName, type SettingValues, settings } from './settings.ts';
import type { TableName } from './tables.ts';

/** What names a deployment. The CDK app, the CLI and the scripts find its stacks and outputs by it. */
export interface DeploymentId {
  /** Name prefix, so that several deployments fit one account. */
  readonly prefix: string;
  readonly stage: string;
}

/** As in `gatehouse-prod`: what its stacks' names begin with, and the `deployment` of its metrics. */
export function deploymentName({ prefix, stage }: DeploymentId): string {
  return `${prefix}-${stage}`;
}

/** Stateful resources live in the `data` stack, all others in the `api` stack. */
export function stackNames(id: DeploymentId): { readonly data: string; readonly api: string } {
  const name = deploymentName(id);
  return { data: `${name}-data`, api: `${name}-api` };
}

/** The values that have an output of their own. */
type Told = OutputSetting | 'alarmTopic' | 'apiUrl' | 'issuer' | 'auditBucket' | 'revocationBoundSeconds';

interface Named {
  readonly table: TableName;
  readonly function: LambdaName;
  readonly secret: SecretName;
}
export type NamedKind = keyof Named;

/** The output key of a value: `auditBucket` → `AuditBucket`. */
export function outputKey(value: Told): string {
  return upperFirst(value);
}

/**
 * The output key of a resource: `function`, `signIn` → `FunctionSignIn`. The output is its name, of a secret its ARN.
 */
export function resourceOutputKey<Kind extends NamedKind>(kind: Kind, name: Named[Kind]): string {
  return `${upperFirst(kind)}${upperFirst(name)}`;
}

const isOutput = (name: SettingName): name is OutputSetting => settings[name].output;

/** The settings that are outputs: their keys and texts. */
export function settingOutputs(values: Pick<SettingValues, OutputSetting>): readonly (readonly [string, string])[] {
  const told = namesOf(settings).filter(isOutput);
  return told.map((name) => [outputKey(name), z.encode(settings[name].text, values[name])]);
}

/** The value in the output of a setting. */
export function parseSettingOutput<Name extends OutputSetting>(name: Name, text: string): SettingValues[Name] {
  // TypeScript cannot tell that a setting's text decodes to that setting's value.
  return settings[name].text.parse(text) as SettingValues[Name];
}
