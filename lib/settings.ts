import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { mapRecord } from '../lambdas/contract/records.ts';
import { deploymentName } from '../lambdas/manifest/deployment.ts';
import { type Setting, type StageName, stageNames, type Text } from '../lambdas/manifest/setting.ts';
import { origin, type SettingName, type SettingValues, settings } from '../lambdas/manifest/settings.ts';
import { checkTogether, type Target } from './settingsChecks.ts';
import { SettingsError } from './settingsError.ts';

z.config(en());

/** Where clients find the API, which is also the issuer of its tokens. */
export type Address =
  | { readonly kind: 'domain'; readonly domainName: string; readonly zone?: Zone; readonly certificateArn?: string }
  /** Something in front of the API answers there: the local front. */
  | { readonly kind: 'front'; readonly issuer: string }
  /** The API's own address: no custom domain. */
  | { readonly kind: 'gateway' };

export interface Zone {
  readonly id: string;
  readonly name: string;
}

export interface Settings extends Omit<SettingValues, 'mailIdentity'> {
  readonly stage: StageName;
  readonly address: Address;
  /** The SES identity that sends: a domain, or an address. */
  readonly mailIdentity: string;
}

/** The name of the deployment's SES configuration set, which its mails are sent with. */
export function mailConfigurationSet({ prefix, stage }: Pick<Settings, 'prefix' | 'stage'>): string {
  return deploymentName({ prefix, stage });
}

export type ContextName = SettingName | 'stage' | 'issuer';
type Context = (name: ContextName) => unknown;

/**
 * The settings of a deployment: the stage's values, with what was given by `-c name=value` in their place.
 *
 * @throws SettingsError naming the value that is missing or wrong.
 */
export function readSettings(context: Context, target: Target = {}): Settings {
  const stage = given(context, 'stage', z.enum(stageNames)) ?? 'local';
  const read = mapRecord<SettingName, Setting<unknown>, unknown>(settings, (setting, name) =>
    readSetting(context, { stage, name, setting }),
  );
  // Each has come out of its own setting's schema.
  const values = read as SettingValues;
  if (stage !== 'local' && given(context, 'issuer', origin) !== undefined) {
    throw new SettingsError(
      `-c issuer: the stage ${stage} is found at its domain; pass -c domainName=auth.example.com`,
    );
  }
  checkTogether(stage, values, target);
  const { mailFrom, mailIdentity = mailFrom.slice(mailFrom.lastIndexOf('@') + 1) } = values;
  return { ...values, stage, mailIdentity, address: address(context, stage, values) };
}

function readSetting(
  context: Context,
  { stage, name, setting }: { stage: StageName; name: SettingName; setting: Setting<unknown> },
): unknown {
  const value = setting.given && given(context, name, setting.given(stage));
  return value ?? setting.values[stage] ?? ('optional' in setting ? undefined : missing(stage, name, setting.example));
}

/** What `-c` says, or undefined. A number or an object, as it may stand in cdk.json, is read as its text. */
function given<Value>(context: Context, name: ContextName, schema: Text<Value>): Value | undefined {
  const value = context(name);
  if (value === undefined) return undefined;
  const parsed = schema.safeParse(typeof value === 'string' ? value : JSON.stringify(value));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new SettingsError(`-c ${[name, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
}

function missing(stage: StageName, name: ContextName, example = '…'): never {
  throw new SettingsError(
    `The stage ${stage} needs ${name}: pass -c ${name}=${example}, or set it in lambdas/manifest/settings.ts`,
  );
}

function address(context: Context, stage: StageName, values: SettingValues): Address {
  // Read on every stage, so that a mistake is found wherever it is made; the other stages have an address of their own.
  const issuer = given(context, 'issuer', origin);
  if (stage === 'local') return { kind: 'front', issuer: issuer ?? 'https://localhost:8443' };
  const { domainName, hostedZoneId: id, hostedZoneName: name, certificateArn } = values;
  if (!domainName && !values.domainRequired) return { kind: 'gateway' };
  if (!certificateArn && !(id && name)) {
    throw new SettingsError(
      'The domain needs a certificate: pass -c certificateArn=arn:aws:acm:…, ' +
        'or -c hostedZoneId=Z… -c hostedZoneName=example.com to have one made',
    );
  }
  return {
    kind: 'domain',
    domainName: domainName ?? missing(stage, 'domainName', 'auth.example.com'),
    ...(id && name && { zone: { id, name } }),
    ...(certificateArn && { certificateArn }),
  };
}
