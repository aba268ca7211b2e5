import { describe, expect, it } from 'vitest';
import { ordinaryLimits } from '../../lambdas/contract/limits.ts';
import { readSettings } from '../../lib/settings.ts';
import { SettingsError } from '../../lib/settingsError.ts';
import { type Context, devContext, prodContext } from './deployments.ts';

const read = (context: Context) => readSettings((name) => context[name]);
const without = (name: keyof typeof prodContext): Context => ({ ...prodContext, [name]: undefined });

describe('settings', () => {
  it('are local unless a stage is named', () => {
    expect(read({})).toMatchObject({
      stage: 'local',
      prefix: 'gatehouse',
      auditRetentionDays: 1,
      keyCacheSeconds: 5,
      address: { kind: 'front', issuer: 'https://localhost:8443' },
    });
  });

  it('the local issuer can be moved to another port', () => {
    expect(read({ issuer: 'https://localhost:9443' }).address).toEqual({
      kind: 'front',
      issuer: 'https://localhost:9443',
    });
  });

  it.each([{}, devContext, prodContext])('an issuer that is no origin is refused on every stage: %j', (context) => {
    expect(() => read({ ...context, issuer: 'auth.example.com' })).toThrow(/^-c issuer: is no origin/);
  });

  it.each([
    ['domainName', '-c domainName=auth.example.com'],
    ['mailFrom', '-c mailFrom=no-reply@example.com'],
    ['auditRetentionDays', '-c auditRetentionDays=365'],
  ] as const)('prod without %s is refused with one line that says what to do', (name, remedy) => {
    expect(() => read(without(name))).toThrow(SettingsError);
    expect(() => read(without(name))).toThrow(
      new RegExp(`^The stage prod needs ${name}: pass ${remedy}, or set it in [^\\n]*$`),
    );
  });

  it('a domain needs a certificate, or a zone to make one in', () => {
    expect(() => read({ ...without('hostedZoneId'), hostedZoneName: undefined })).toThrow(
      /^The domain needs a certificate: pass -c certificateArn=[^\n]*$/,
    );
  });

  it('a certificate that is there is taken', () => {
    const { hostedZoneId: _, hostedZoneName: __, ...rest } = prodContext;
    expect(read({ ...rest, certificateArn: 'arn:aws:acm:eu-west-1:111111111111:certificate/x' }).address).toEqual({
      kind: 'domain',
      domainName: 'auth.example.com',
      certificateArn: 'arn:aws:acm:eu-west-1:111111111111:certificate/x',
    });
  });

  it('dev needs no domain, but a sender', () => {
    expect(read(devContext).address).toEqual({ kind: 'gateway' });
    expect(() => read({ stage: 'dev' })).toThrow('The stage dev needs mailFrom');
  });

  it('a limit that is given takes the place of the stage’s own', () => {
    const mine = { windowSeconds: 60, maximum: 5 };
    const { limits } = read({ ...prodContext, limits: JSON.stringify({ signInPerAddress: mine }) });
    expect(limits).toEqual({ ...ordinaryLimits, signInPerAddress: mine });
    expect(read(prodContext).limits).toEqual(ordinaryLimits);
  });

  it.each([
    ['no JSON', 'ten', /^-c limits: is no JSON$/],
    ['an unknown one', '{"signInPerMoon":{}}', /^-c limits: Unrecognized key/],
    ['one without a bound', '{"signInPerAddress":{"windowSeconds":60}}', /^-c limits.signInPerAddress.maximum: /],
    [
      'more than a hundred failures in a row',
      '{"signInPerAccount":{"freeAttempts":101,"pauses":[],"rememberSeconds":86400}}',
      /^-c limits.signInPerAccount.freeAttempts: /,
    ],
    [
      'pauses that fall',
      '{"signInPerAccount":{"freeAttempts":20,"pauses":[{"upTo":10,"seconds":60}],"rememberSeconds":86400}}',
      /^-c limits.signInPerAccount: freeAttempts and the bounds/,
    ],
  ])('%s is no limit', (_, limits, message) => {
    expect(() => read({ ...prodContext, limits })).toThrow(message);
  });

  it('passwords have 15 characters and a pepper, unless it is said otherwise', () => {
    for (const context of [{}, devContext, prodContext]) {
      expect(read(context)).toMatchObject({ passwordMinimumLength: 15, passwordPepper: true });
    }
    const changed = { passwordMinimumLength: '8', passwordPepper: 'false' };
    expect(read({ ...prodContext, ...changed })).toMatchObject({ passwordMinimumLength: 8, passwordPepper: false });
  });

  it.each([
    [{ passwordMinimumLength: '7' }, 'passwordMinimumLength'],
    [{ passwordPepper: 'some' }, 'passwordPepper'],
    [{ stage: 'production' }, 'stage'],
    [{ prefix: 'Upper' }, 'prefix'],
    [{ prefix: 'a'.repeat(22) }, 'prefix'],
    [{ issuer: 'https://localhost:8443/path' }, 'issuer'],
    [{ ...prodContext, domainName: 'https://auth.example.com' }, 'domainName'],
    [{ ...prodContext, mailFrom: 'nobody' }, 'mailFrom'],
    [{ ...prodContext, auditRetentionDays: '0' }, 'auditRetentionDays'],
    [{ ...prodContext, auditRetentionDays: 'ten' }, 'auditRetentionDays'],
    [{ ...prodContext, allowedOrigins: 'https://a.example/path' }, 'allowedOrigins'],
    [{ ...prodContext, signingAlgorithm: 'HS256' }, 'signingAlgorithm'],
  ] as [Context, string][])('%o is refused in one line that names %s', (context, name) => {
    expect(() => read(context)).toThrow(new RegExp(`^-c ${name}[^\\n]*$`));
  });

  it('a value in cdk.json may be of its own type', () => {
    const own = {
      auditRetentionDays: 30,
      passwordPepper: false,
      limits: { resetPerAccountAndAddress: { windowSeconds: 60, maximum: 1 } },
    };
    const given: Record<string, unknown> = { ...prodContext, ...own };
    expect(readSettings((name) => given[name])).toMatchObject(own);
  });

  it('what is given replaces the stage’s value', () => {
    expect(
      read({
        ...prodContext,
        allowedOrigins: 'https://app.example.com https://admin.example.com',
        signingAlgorithm: 'ES256',
      }),
    ).toMatchObject({
      allowedOrigins: ['https://app.example.com', 'https://admin.example.com'],
      signingAlgorithm: 'ES256',
    });
  });

  it('mail goes out under the sender’s domain unless told otherwise', () => {
    expect(read(prodContext).mailIdentity).toBe('example.com');
    expect(read({ ...prodContext, mailIdentity: 'no-reply@example.com' }).mailIdentity).toBe('no-reply@example.com');
  });
});
