import * as z from 'zod/mini';
import { lowerFirst, upperSnake } from '../contract/casing.ts';
import type { LambdaName } from '../contract/lambdas.ts';
import { namesOf } from '../contract/records.ts';
import type { DerivedValues, LambdaDefinition, ValueName } from './definition.ts';
import { deploymentName } from './deployment.ts';
import { lambdas } from './lambdas.ts';
import type { SecretName } from './secrets.ts';
import type { StageName } from './setting.ts';
import { type RequiredSetting, type SettingValues, settings } from './settings.ts';
import type { TableName } from './tables.ts';

type Lambdas = typeof lambdas;
type SecretsOf<Name extends LambdaName> = Lambdas[Name] extends { readonly secrets: infer Secrets } ? Secrets : unknown;
type Values = SettingValues & DerivedValues;

/** What a Lambda reads: the names of its tables, the ARNs of its secrets, its values. It holds what its entry lists. */
export type EnvironmentOf<Name extends LambdaName> = {
  readonly version: string;
  /** Physical names, by the name in the manifest with a small initial: `auditOutbox`. */
  readonly tables: { readonly [Table in keyof Lambdas[Name]['tables'] & string as Uncapitalize<Table>]: string };
  /** ARNs. */
  readonly secrets: { readonly [Secret in keyof SecretsOf<Name>]: string };
} & Pick<Values, Lambdas[Name]['values'][number]>;

/** What every Lambda has. Powertools reads the last two itself. */
const common = [
  'GATEHOUSE_DEPLOYMENT',
  'GATEHOUSE_STAGE',
  'GATEHOUSE_VERSION',
  'POWERTOOLS_SERVICE_NAME',
  'POWERTOOLS_LOG_LEVEL',
] as const;

const tableVariable = (name: TableName) => `${upperSnake(name)}_TABLE`;
const secretVariable = (name: SecretName) => `${upperSnake(name)}_SECRET`;
/** The variable that holds a value. */
export const valueVariable = (name: ValueName) => upperSnake(name);
const isSetting = (name: ValueName): name is RequiredSetting => name in settings;

/** The variables of a Lambda. */
export function environmentNames(lambda: LambdaName): readonly string[] {
  const { tables, secrets, values } = listed(lambda);
  return [...common, ...tables.map(tableVariable), ...secrets.map(secretVariable), ...values.map(valueVariable)];
}

/** What a deployment gives to its Lambdas. Each gets the part that its entry lists. */
export interface EnvironmentSource {
  readonly stage: StageName;
  readonly version: string;
  readonly tables: Readonly<Record<TableName, string>>;
  readonly secrets: Readonly<Record<SecretName, string>>;
  readonly values: Values;
}

/** The environment that a Lambda is deployed with. */
export function writeEnvironment(lambda: LambdaName, source: EnvironmentSource): Readonly<Record<string, string>> {
  const { tables, secrets, values } = listed(lambda);
  return {
    GATEHOUSE_DEPLOYMENT: deploymentName({ prefix: source.values.prefix, stage: source.stage }),
    GATEHOUSE_STAGE: source.stage,
    GATEHOUSE_VERSION: source.version,
    POWERTOOLS_SERVICE_NAME: lambda,
    POWERTOOLS_LOG_LEVEL: source.values.logLevel,
    ...Object.fromEntries([
      ...tables.map((name) => [tableVariable(name), source.tables[name]]),
      ...secrets.map((name) => [secretVariable(name), source.secrets[name]]),
      ...values.map((name) => [
        valueVariable(name),
        isSetting(name) ? z.encode(settings[name].text, source.values[name]) : source.values[name],
      ]),
    ]),
  };
}

/**
 * The environment of a Lambda, complete and parsed, or not at all.
 *
 * @throws Error naming the variables that are missing or invalid: a fault of the deployment, found at the first cold
 * start
 */
export function readEnvironment<Name extends LambdaName>(
  lambda: Name,
  source: NodeJS.ProcessEnv = process.env,
): EnvironmentOf<Name> {
  const { tables, secrets, values } = listed(lambda);
  const missing = environmentNames(lambda).filter((name) => source[name] === undefined);
  if (missing.length > 0) throw new Error(`${lambda}: environment lacks ${missing.join(', ')}`);
  const read = {
    version: source['GATEHOUSE_VERSION'],
    tables: Object.fromEntries(tables.map((name) => [lowerFirst(name), source[tableVariable(name)]])),
    secrets: Object.fromEntries(secrets.map((name) => [name, source[secretVariable(name)]])),
    ...Object.fromEntries(values.map((name) => [name, readValue(lambda, name, source)])),
  };
  // `Object.fromEntries` loses the names. They come from the same entry as those of the type.
  return read as EnvironmentOf<Name>;
}

function readValue(lambda: LambdaName, name: ValueName, source: NodeJS.ProcessEnv): unknown {
  const variable = valueVariable(name);
  if (!isSetting(name)) return source[variable];
  const parsed = settings[name].text.safeParse(source[variable]);
  if (parsed.success) return parsed.data;
  throw new Error(`${lambda}: environment has an invalid ${variable}: ${parsed.error.issues[0]?.message}`);
}

function listed(lambda: LambdaName) {
  const { tables, secrets = {}, values }: LambdaDefinition = lambdas[lambda];
  return {
    tables: namesOf<TableName>(tables),
    secrets: namesOf<SecretName>(secrets),
    values,
  };
}
