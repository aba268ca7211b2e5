import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { type LimitName, ordinaryLimits, type StreakLimit, type WindowLimit } from '../../lambdas/contract/limits.ts';
import { mapRecord } from '../../lambdas/contract/records.ts';
import { readSettings } from '../../lib/settings.ts';
import { checkContextNames } from '../../lib/settingsChecks.ts';
import { SettingsError } from '../../lib/settingsError.ts';
import { build, type Context, devContext, prodContext, quietly } from './deployments.ts';

const certificateArn = 'arn:aws:acm:eu-west-1:111122223333:certificate/1a-2b';
const alarmTopicArn = 'arn:aws:sns:eu-west-1:111122223333:alarms';
/** As long as an X.509 common name may not be. */
const longDomain = `${'a'.repeat(50)}.auth.example.com`;
const here = { region: 'eu-west-1', account: '111122223333' };
const read = (context: Context, target = here) => readSettings((name) => context[name], target);

describe('a deployment is refused in one line that says what to do:', () => {
  it.each<[string, Context, RegExp]>([
    ['a domain outside the zone', { domainName: 'auth.example.org' }, /^-c domainName: auth\.example\.org is not in /],
    ['a domain that ends like the zone', { domainName: 'authexample.com' }, /^-c domainName: .+; pass /],
    ['a zone without its name', { hostedZoneName: undefined }, /^-c hostedZoneId: pass -c hostedZoneName=/],
    ['a zone without its id', { hostedZoneId: undefined, certificateArn }, /^-c hostedZoneName: pass -c hostedZoneId=/],
    [
      'a domain that ACM makes no certificate for',
      { domainName: longDomain },
      /^-c domainName: ACM makes no certificate .+ 64 characters; pass -c certificateArn=/,
    ],
    ['an empty zone', { hostedZoneId: '' }, /^-c hostedZoneId: is no hosted zone id/],
    ['a certificate that is no ARN', { certificateArn: 'arn:of:mine' }, /^-c certificateArn: is no ARN .+ such as /],
    [
      'the ARN of something else',
      { certificateArn: 'arn:aws:iam::111122223333:server-certificate/x' },
      /^-c certificateArn: is no ARN /,
    ],
    [
      'a certificate of another region',
      { certificateArn: certificateArn.replace('eu-west-1', 'us-east-1') },
      /^-c certificateArn: it is of us-east-1; pass one of eu-west-1/,
    ],
    [
      'a certificate of another account',
      { certificateArn: certificateArn.replace('1111', '9999') },
      /^-c certificateArn: it is of the account 999922223333; pass one of 111122223333/,
    ],
    ['a topic that is no ARN', { alarmTopicArn: 'alarms' }, /^-c alarmTopicArn: is no ARN .+ such as /],
    ['the ARN of a queue', { alarmTopicArn: alarmTopicArn.replace(':sns:', ':sqs:') }, /^-c alarmTopicArn: is no ARN /],
    ['a FIFO topic', { alarmTopicArn: `${alarmTopicArn}.fifo` }, /^-c alarmTopicArn: is no ARN of a standard topic/],
    [
      'a topic of another region',
      { alarmTopicArn: alarmTopicArn.replace('eu-west-1', 'us-east-1') },
      /^-c alarmTopicArn: it is of us-east-1; pass one of eu-west-1/,
    ],
    [
      'a topic of another account',
      { alarmTopicArn: alarmTopicArn.replace('1111', '9999') },
      /^-c alarmTopicArn: it is of the account 999922223333; pass one of 111122223333/,
    ],
    [
      'a topic beside an address',
      { alarmTopicArn, alarmEmail: 'ops@example.com' },
      /^-c alarmEmail: there is an alarmT/,
    ],
    ['an address that is none', { alarmEmail: 'ops' }, /^-c alarmEmail: is no e-mail address/],
    ['an empty mail identity', { mailIdentity: '' }, /^-c mailIdentity: is neither a domain nor an address/],
    [
      'an identity of another domain',
      { mailIdentity: 'example.org' },
      /^-c mailIdentity: .+ is no sender of example\.org; /,
    ],
    ['an identity of another sender', { mailIdentity: 'me@example.com' }, /^-c mailIdentity: .+ is no sender of me@/],
    [
      'an http: origin',
      { allowedOrigins: 'https://a.example http://b.example' },
      /^-c allowedOrigins: http:\/\/b.+; pass /,
    ],
    [
      'a wildcard of origins',
      { allowedOrigins: 'https://*.example.com' },
      /^-c allowedOrigins\.0: is no origin such as /,
    ],
    ['every origin', { allowedOrigins: '*' }, /^-c allowedOrigins\.0: is no origin such as /],
    ['an origin of an app', { allowedOrigins: 'app://mine' }, /^-c allowedOrigins\.0: is no origin such as /],
    ['the issuer of the local stage', { issuer: 'https://localhost:8443' }, /^-c issuer: .+; pass -c domainName=/],
    ['a number as 1e3', { auditRetentionDays: '1e3' }, /^-c auditRetentionDays: is no whole number in decimal digits/],
    ['a number as 0x10', { auditRetentionDays: '0x10' }, /^-c auditRetentionDays: is no whole number/],
    ['a number as 010', { passwordMinimumLength: '010' }, /^-c passwordMinimumLength: is no whole number/],
    ['a number as 15.0', { passwordMinimumLength: '15.0' }, /^-c passwordMinimumLength: is no whole number/],
    [
      'a number as 1e3 in JSON',
      { limits: '{"signInPerAddress":{"windowSeconds":1e3,"maximum":5}}' },
      /^-c limits: has a number with an exponent: write it out/,
    ],
  ])('%s', (_, context, message) => {
    const refused = () => read({ ...prodContext, ...context });
    expect(refused).toThrow(SettingsError);
    expect(refused).toThrow(message);
    expect(refused).not.toThrow(/\n/);
  });

  it.each<[string, Context, RegExp]>([
    [
      'a zone for no domain',
      { hostedZoneId: 'Z1', hostedZoneName: 'example.com' },
      /^-c hostedZoneId: pass -c domainName=/,
    ],
    ['a certificate for no domain', { certificateArn }, /^-c certificateArn: pass -c domainName=/],
  ])('%s in dev', (_, context, message) => {
    expect(() => read({ ...devContext, ...context })).toThrow(message);
  });

  it.each<[string, Context]>([
    ['a topic', { alarmTopicArn }],
    ['an address', { alarmEmail: 'ops@example.com' }],
  ])('%s for alarms in the stage local', (_, context) => {
    expect(() => read(context)).toThrow(/^-c alarm\w+: the stage local tells nobody of alarms; leave it out/);
  });

  it('values that together are more than a Lambda’s environment holds', () => {
    const limitsThat = (change: (limit: Limit) => Limit) =>
      JSON.stringify(mapRecord<LimitName, Limit, Limit>(ordinaryLimits, change));
    const allowedOrigins = Array.from({ length: 20 }, (_, app) => `https://app-${app}.example.com`).join(' ');
    const refused = () => quietly(() => build({ ...prodContext, limits: limitsThat(otherwise), allowedOrigins }));
    expect(refused).toThrow(SettingsError);
    expect(refused).toThrow(
      /^-c limits: with it the variables of \w+ have \d{4} bytes, of 4096 that Lambda takes; [^\n]+$/,
    );
    expect(() => quietly(() => build({ ...prodContext, limits: limitsThat(raised) }))).not.toThrow();
  });

  it('a domain in the stage local', () => {
    expect(() => read({ domainName: 'auth.example.com' })).toThrow(/^-c domainName: the stage local has no domain; /);
  });
});

describe('a deployment is as good', () => {
  it.each<[string, Context]>([
    ['at the zone’s own name', { domainName: 'example.com' }],
    ['with a certificate of this region and account', { certificateArn }],
    [
      'with an identity above the sender’s domain',
      { mailFrom: 'no-reply@mail.example.com', mailIdentity: 'example.com' },
    ],
    ['at a long domain with a certificate of its own', { domainName: longDomain, certificateArn }],
    ['at a domain as long as a certificate takes', { domainName: longDomain.slice(3) }],
    ['with a topic of this region and account', { alarmTopicArn }],
    ['with an address for alarms', { alarmEmail: 'ops@example.com' }],
    ['with the sender as identity', { mailIdentity: 'no-reply@example.com' }],
    ['with https: origins', { allowedOrigins: 'https://a.example,https://b.example:8443' }],
  ])('%s', (_, context) => {
    expect(() => read({ ...prodContext, ...context })).not.toThrow();
  });

  it('with an http: origin in dev', () => {
    expect(() => read({ ...devContext, allowedOrigins: 'http://localhost:5173' })).not.toThrow();
  });

  it('with a certificate where the CDK was not told the region', () => {
    expect(() => readSettings((name) => ({ ...prodContext, certificateArn })[String(name)])).not.toThrow();
  });
});

describe('what is behind -c:', () => {
  it.each([
    ['domainname', /^-c domainname: there is no such value; did you mean domainName\?$/],
    ['allowed-origins', /did you mean allowedOrigins\?$/],
    ['hostedZonId', /did you mean hostedZoneId\?$/],
    ['colour', /^-c colour: there is no such value; pass one of stage, issuer, prefix, [^\n]+$/],
    ['retainData', /^-c retainData: the stage decides it; change it in lambdas\/manifest\/settings\.ts$/],
    ['toString', /there is no such value/],
  ])('a name that nothing reads is refused: %s', (name, message) => {
    expect(() => checkContextNames(['stage', name])).toThrow(message);
  });

  it('a name may be any that the CDK and its CLI use', () => {
    const theirs = ['aws:cdk:enable-path-metadata', 'hosted-zone:account=1:domainName=x', '@aws-cdk/core:anything'];
    expect(() =>
      checkContextNames([...Object.keys(cdkJson.context), ...theirs, ...Object.keys(prodContext)]),
    ).not.toThrow();
  });

  it.each<[string, Context & { readonly auditRetentionDay?: string }, RegExp]>([
    [
      'names',
      { auditRetentionDay: '1' },
      /\n-c auditRetentionDay: there is no such value; did you mean auditRetentionDays\?\n$/,
    ],
    [
      'ARNs of another account',
      { alarmTopicArn: alarmTopicArn.replace('1111', '9999') },
      /\n-c alarmTopicArn: it is of the account 999922223333; pass one of 111122223333, where the API goes\n$/,
    ],
  ])('%s are looked at by the app, which says so in one line', (_, context, says) => {
    const env = {
      ...process.env,
      CDK_CONTEXT_JSON: JSON.stringify({ ...prodContext, ...context }),
      CDK_DEFAULT_REGION: here.region,
      CDK_DEFAULT_ACCOUNT: here.account,
    };
    const run = () => execFileSync(process.execPath, ['bin/app.ts'], { env, stdio: 'pipe', encoding: 'utf8' });
    expect(run).toThrow(says);
  });
});

type Limit = WindowLimit | StreakLimit;

/** Another limit than the stage's own. */
function raised(limit: Limit): Limit {
  return 'maximum' in limit
    ? { ...limit, maximum: limit.maximum + 1 }
    : { ...limit, freeAttempts: limit.freeAttempts + 1 };
}

/** A limit of which nothing is the stage's own. */
function otherwise(limit: Limit): Limit {
  return 'maximum' in limit
    ? { ...raised(limit), windowSeconds: limit.windowSeconds - 1 }
    : { ...raised(limit), rememberSeconds: limit.rememberSeconds + 1 };
}
