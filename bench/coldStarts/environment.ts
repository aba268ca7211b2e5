import type { LambdaName } from '../../lambdas/contract/lambdas.ts';
import { mapRecord } from '../../lambdas/contract/records.ts';
import { type EnvironmentSource, writeEnvironment } from '../../lambdas/manifest/environment.ts';
import { secrets } from '../../lambdas/manifest/secrets.ts';
import { tables } from '../../lambdas/manifest/tables.ts';
import { readSettings } from '../../lib/settings.ts';

const source: EnvironmentSource = {
  stage: 'prod',
  version: 'bench',
  tables: mapRecord(tables, (_, name) => name),
  secrets: mapRecord(secrets, (_, name) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}`),
  values: {
    ...readSettings(() => undefined),
    issuer: 'https://auth.example',
    audience: 'https://auth.example/api',
    auditBucket: 'audit',
    mailConfigurationSet: 'mails',
    commonPasswordsFile: './common-passwords.bloom',
  },
};

/** What Lambda gives to a function of a deployment. */
export function environmentOf(name: LambdaName): Readonly<Record<string, string>> {
  return {
    ...writeEnvironment(name, source),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_SESSION_TOKEN: 'bench',
  };
}
