import { Token } from 'aws-cdk-lib';
import type { LambdaName } from '../../lambdas/contract/lambdas.ts';
import type { ValueName } from '../../lambdas/manifest/definition.ts';
import { valueVariable } from '../../lambdas/manifest/environment.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import { type SettingName, settings } from '../../lambdas/manifest/settings.ts';
import { SettingsError } from '../settingsError.ts';

/** Of names and values together (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). */
const mostBytes = 4096;
/** What a reference stands for is no longer: a secret's ARN; the name of a table or bucket, or an API's address. */
const mostOfReference = { arn: 125, name: 85 };

const isSetting = (name: string): name is SettingName => Object.hasOwn(settings, name);

function bytes(name: string, value: string): number {
  if (!Token.isUnresolved(value)) return Buffer.byteLength(value);
  return name.endsWith('_SECRET') ? mostOfReference.arn : mostOfReference.name;
}

/** @throws SettingsError for an environment that AWS would refuse in the middle of a deployment. */
export function requireSmallEnvironment(lambda: LambdaName, environment: Readonly<Record<string, string>>): void {
  const entries = Object.entries(environment);
  const size = entries.reduce((sum, [name, value]) => sum + name.length + bytes(name, value), 0);
  if (size <= mostBytes) return;
  const given = lambdas[lambda].values.filter((name) => isSetting(name) && settings[name].given);
  const length = (name: ValueName) => environment[valueVariable(name)]?.length ?? 0;
  const [longest] = given.toSorted((one, other) => length(other) - length(one));
  throw new SettingsError(
    `-c ${longest}: with it the variables of ${lambda} have ${size} bytes, ` +
      `of ${mostBytes} that Lambda takes; shorten it`,
  );
}
