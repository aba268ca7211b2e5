import { namesOf } from '../lambdas/contract/records.ts';
import type { StageName } from '../lambdas/manifest/setting.ts';
import { type SettingName, type SettingValues, settings } from '../lambdas/manifest/settings.ts';
import { SettingsError } from './settingsError.ts';

/** Where the app is to be deployed, as far as the CDK was told. */
export interface Target {
  readonly region?: string | undefined;
  readonly account?: string | undefined;
}

type Values = Pick<
  SettingValues,
  | 'alarmEmail'
  | 'alarmTopicArn'
  | 'allowedOrigins'
  | 'certificateArn'
  | 'domainName'
  | 'domainRequired'
  | 'hostedZoneId'
  | 'hostedZoneName'
  | 'mailFrom'
  | 'mailIdentity'
>;

/** Names of the CDK and its CLI: all but these two have one of `@`, `:` and `/`. */
const ofTheCdk = /[@:/]|^(cli-telemetry|acknowledged-issue-numbers)$/;

const isSetting = (name: string): name is SettingName => Object.hasOwn(settings, name);
const known = ['stage', 'issuer', ...namesOf(settings).filter((name) => settings[name].given)];

/** @throws SettingsError for a name that nothing reads: what it was to change would silently stay as it is. */
export function checkContextNames(names: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name) || ofTheCdk.test(name)) continue;
    if (isSetting(name)) {
      throw new SettingsError(`-c ${name}: the stage decides it; change it in lambdas/manifest/settings.ts`);
    }
    const [nearest] = known.filter((one) => plain(one) === plain(name) || distance(plain(one), plain(name)) <= 2);
    const remedy = nearest ? `did you mean ${nearest}?` : `pass one of ${known.join(', ')}`;
    throw new SettingsError(`-c ${name}: there is no such value; ${remedy}`);
  }
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z]/g, '');

/** How many letters have to be put in, left out or replaced (Levenshtein). */
function distance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const line = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1);
      line.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    above = line;
  }
  return above.at(-1) ?? 0;
}

/** @throws SettingsError for values that are each good and do not go together, or not with the place or the stage. */
export function checkTogether(stage: StageName, values: Values, target: Target): void {
  const [fault] = [
    ...(stage === 'local' ? localFaults(values) : [...addressFaults(values, target), ...alarmFaults(values, target)]),
    ...(stage === 'prod' ? originFaults(values) : []),
    ...mailFaults(values),
  ];
  if (fault) throw new SettingsError(`-c ${fault}`);
}

function localFaults(values: Values): string[] {
  const given = (names: readonly (keyof Values)[]) => names.filter((name) => values[name] !== undefined);
  return [
    ...given(['domainName', 'hostedZoneId', 'hostedZoneName', 'certificateArn']).map((name) => [name, 'has no domain']),
    ...given(['alarmTopicArn', 'alarmEmail']).map((name) => [name, 'tells nobody of alarms']),
  ].map(([name, why]) => `${name}: the stage local ${why}; leave it out, or name a stage by -c stage=`);
}

/** Its common name (https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html). */
const longestOfCertificate = 64;

function addressFaults(values: Values, target: Target): string[] {
  const { domainName, domainRequired, hostedZoneId, hostedZoneName, certificateArn } = values;
  const faults: string[] = [];
  if (hostedZoneId && !hostedZoneName) faults.push('hostedZoneId: pass -c hostedZoneName=example.com beside it');
  if (hostedZoneName && !hostedZoneId) faults.push('hostedZoneName: pass -c hostedZoneId=Z… beside it');
  const without = hostedZoneId ? 'hostedZoneId' : certificateArn && 'certificateArn';
  if (without && !domainName && !domainRequired)
    faults.push(`${without}: pass -c domainName=auth.example.com beside it`);
  if (domainName && hostedZoneName && !isWithin(domainName, hostedZoneName)) {
    faults.push(`domainName: ${domainName} is not in the zone ${hostedZoneName}; pass the zone that holds its records`);
  }
  if (domainName && domainName.length > longestOfCertificate && !certificateArn) {
    faults.push(
      `domainName: ACM makes no certificate whose first name is longer than ${longestOfCertificate} characters; ` +
        'pass -c certificateArn=… of one that has it as another name',
    );
  }
  return [...faults, ...placeFaults('certificateArn', certificateArn, target)];
}

function alarmFaults({ alarmTopicArn, alarmEmail }: Values, target: Target): string[] {
  const faults = placeFaults('alarmTopicArn', alarmTopicArn, target);
  if (alarmTopicArn && alarmEmail)
    faults.push('alarmEmail: there is an alarmTopicArn; let that topic mail, or drop it');
  return faults;
}

/** An ARN of somewhere else than where the API goes. */
function placeFaults(name: keyof Values, arn: string | undefined, target: Target): string[] {
  const [, , , region, account] = arn?.split(':') ?? [];
  const faults: string[] = [];
  if (region && target.region && region !== target.region) {
    faults.push(`${name}: it is of ${region}; pass one of ${target.region}, where the API goes`);
  }
  if (account && target.account && account !== target.account) {
    faults.push(`${name}: it is of the account ${account}; pass one of ${target.account}, where the API goes`);
  }
  return faults;
}

/** Whoever can answer for such an origin reads what a signed-in browser is answered. */
function originFaults({ allowedOrigins }: Values): string[] {
  return allowedOrigins
    .filter((origin) => !origin.startsWith('https://'))
    .map((origin) => `allowedOrigins: ${origin} can be forged by whoever is on the way; pass an https: origin`);
}

function mailFaults({ mailFrom, mailIdentity }: Values): string[] {
  if (mailIdentity === undefined) return [];
  const [sender, identity] = [mailFrom.toLowerCase(), mailIdentity.toLowerCase()];
  const fits = identity.includes('@')
    ? sender === identity
    : isWithin(sender.slice(sender.lastIndexOf('@') + 1), identity);
  return fits ? [] : [`mailIdentity: ${mailFrom} is no sender of ${mailIdentity}; pass its domain, or leave it out`];
}

function isWithin(name: string, parent: string): boolean {
  return name === parent || name.endsWith(`.${parent}`);
}
