import { describe, expect, it } from 'vitest';
import { lambdaNames } from '../../../lambdas/contract/lambdas.ts';
import { oneMachineLimits } from '../../../lambdas/contract/limits.ts';
import { mapRecord } from '../../../lambdas/contract/records.ts';
import {
  type EnvironmentSource,
  environmentNames,
  readEnvironment,
  writeEnvironment,
} from '../../../lambdas/manifest/environment.ts';
import { secrets } from '../../../lambdas/manifest/secrets.ts';
import { tables } from '../../../lambdas/manifest/tables.ts';
import { readSettings } from '../../../lib/settings.ts';

const source: EnvironmentSource = {
  stage: 'local',
  version: '1.2.3',
  tables: mapRecord(tables, (_, name) => `physical-${name}`),
  secrets: mapRecord(secrets, (_, name) => `arn:${name}`),
  values: {
    ...readSettings((name) => ({ allowedOrigins: 'https://a.example https://b.example' })[String(name)]),
    issuer: 'https://auth.example',
    audience: 'https://auth.example/api',
    auditBucket: 'bucket',
    mailConfigurationSet: 'gatehouse-local',
    commonPasswordsFile: './common-passwords.bloom',
  },
};

describe('the environment of a Lambda', () => {
  it('is read as it was written', () => {
    const env = readEnvironment('registration', writeEnvironment('registration', source));
    expect(env).toEqual({
      version: '1.2.3',
      tables: {
        accounts: 'physical-Accounts',
        sessions: 'physical-Sessions',
        devices: 'physical-Devices',
        revocations: 'physical-Revocations',
        mailOutbox: 'physical-MailOutbox',
        limits: 'physical-Limits',
        auditOutbox: 'physical-AuditOutbox',
      },
      secrets: {
        signingKeys: 'arn:signingKeys',
        refreshKeys: 'arn:refreshKeys',
        mailKeys: 'arn:mailKeys',
        credentialKeys: 'arn:credentialKeys',
      },
      issuer: 'https://auth.example',
      audience: 'https://auth.example/api',
      allowedOrigins: ['https://a.example', 'https://b.example'],
      accessTokenTtlSeconds: 900,
      clockLeewaySeconds: 10,
      refreshIdleTtlSeconds: 604_800,
      refreshAbsoluteTtlSeconds: 2_592_000,
      keyCacheSeconds: 5,
      passwordPepper: true,
      passwordMinimumLength: 15,
      commonPasswordsFile: './common-passwords.bloom',
      limits: oneMachineLimits,
      defaultTenant: 'default',
    });
  });

  it.each(lambdaNames)('%s has exactly the variables that it reads', (name) => {
    expect(Object.keys(writeEnvironment(name, source)).sort()).toEqual([...environmentNames(name)].sort());
  });

  it('says in one error which variables are missing', () => {
    const { ACCOUNTS_TABLE: _, MAIL_KEYS_SECRET: __, ...rest } = writeEnvironment('recovery', source);
    expect(() => readEnvironment('recovery', rest)).toThrow(
      /^recovery: environment lacks ACCOUNTS_TABLE, MAIL_KEYS_SECRET$/,
    );
  });

  it.each([
    ['KEY_CACHE_SECONDS', '-1'],
    ['KEY_CACHE_SECONDS', 'soon'],
    ['KEY_CACHE_SECONDS', ''],
    ['PASSWORD_PEPPER', 'perhaps'],
    ['PASSWORD_MINIMUM_LENGTH', '7'],
    ['ALLOWED_ORIGINS', 'https://a.example/path'],
    ['LIMITS', '[]'],
    ['LIMITS', 'none'],
  ])('is refused with a %s of "%s"', (variable, value) => {
    const written = { ...writeEnvironment('registration', source), [variable]: value };
    expect(() => readEnvironment('registration', written)).toThrow(
      new RegExp(`^registration: environment has an invalid ${variable}: `),
    );
  });

  it('has nothing for a handler that its entry does not list', () => {
    const env = readEnvironment('wellKnown', writeEnvironment('wellKnown', source));
    expect(Object.keys(env.tables)).toEqual(['publishedKeys']);
    // @ts-expect-error wellKnown has no table of accounts
    expect(env.tables.accounts).toBeUndefined();
    // @ts-expect-error wellKnown has no secret
    expect(env.secrets.signingKeys).toBeUndefined();
    // @ts-expect-error wellKnown reads no limits
    expect(env.limits).toBeUndefined();
  });
});
