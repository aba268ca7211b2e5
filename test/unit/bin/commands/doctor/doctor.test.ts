import { ACMClient } from '@aws-sdk/client-acm';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { accountChecks } from '../../../../../bin/commands/doctor/accountChecks.ts';
import { type Check, runChecks } from '../../../../../bin/commands/doctor/check.ts';
import { domainChecks } from '../../../../../bin/commands/doctor/domainChecks.ts';
import { mailChecks } from '../../../../../bin/commands/doctor/mailChecks.ts';
import { type Zone, type ZoneOptions, zoneChecks } from '../../../../../bin/commands/doctor/zoneChecks.ts';
import { fakeCredentials } from '../../../../support/fakes/awsFake.ts';
import { type FakeAnswer, startFakeHttp } from '../../../../support/fakes/fakeHttp.ts';

type Config = typeof fakeCredentials & { readonly endpoint: string };

/** What one check says of an AWS that gives one answer to everything. */
async function look(answer: FakeAnswer, name: string, checks: (config: Config) => readonly Check[]) {
  const aws = await startFakeHttp(() => answer);
  try {
    const results = await runChecks(
      checks({ ...fakeCredentials, endpoint: aws.url }).filter((check) => check.name === name),
    );
    return results[0];
  } finally {
    await aws.close();
  }
}

const account = (config: Config) =>
  accountChecks({ sts: new STSClient(config), ssm: new SSMClient(config), lambda: new LambdaClient(config) });

describe('doctor', () => {
  it.each<[string, FakeAnswer, string, RegExp | undefined]>([
    ['a new bootstrap', { body: { Parameter: { Value: '30' } } }, 'ok', undefined],
    ['an old bootstrap', { body: { Parameter: { Value: '3' } } }, 'failed', /cdk bootstrap/],
    ['no bootstrap', { status: 400, errorType: 'ParameterNotFound' }, 'failed', /cdk bootstrap/],
    ['no permission to look', { status: 400, errorType: 'AccessDeniedException' }, 'failed', /ssm:GetParameter/],
  ])('tells %s', async (_, answer, state, remedy) => {
    const result = await look(answer, 'CDK bootstrap', account);
    expect(result?.state).toBe(state);
    expect(result?.remedy ?? '').toMatch(remedy ?? /^$/);
  });

  it.each([
    [10, 'failed'],
    [1000, 'ok'],
  ])('a quota of %i concurrent executions is %s', async (ConcurrentExecutions, state) => {
    const answer = { body: { AccountLimit: { ConcurrentExecutions } } };
    expect((await look(answer, 'Lambda quota', account))?.state).toBe(state);
  });

  const mail = (config: Config) => mailChecks({ mailFrom: 'no-reply@example.com' }, new SESv2Client(config));
  it.each<[string, string, FakeAnswer, string, RegExp]>([
    ['SES', 'the sandbox', { body: { SendingEnabled: true } }, 'failed', /production access/],
    ['SES', 'a pause', { body: { SendingEnabled: false, ProductionAccessEnabled: true } }, 'failed', /dashboard/],
    ['SES', 'production', { body: { SendingEnabled: true, ProductionAccessEnabled: true } }, 'ok', /^$/],
    ['sender identity', 'a verified one', { body: { VerifiedForSendingStatus: true } }, 'ok', /^$/],
    ['sender identity', 'one not verified', { body: { VerifiedForSendingStatus: false } }, 'failed', /DKIM/],
    ['sender identity', 'none', { status: 404, errorType: 'NotFoundException' }, 'failed', /identity example\.com/],
  ])('%s: tells %s', async (name, _, answer, state, remedy) => {
    const result = await look(answer, name, mail);
    expect(result?.state).toBe(state);
    expect(result?.remedy ?? '').toMatch(remedy);
  });

  const certificateArn = 'arn:aws:acm:us-east-1:1:certificate/1';
  const domain = (name: string) => (config: Config) =>
    domainChecks({ domain: name, certificateArn }, new ACMClient(config));
  const issued = (SubjectAlternativeNames: string[], days = 200): FakeAnswer => ({
    body: { Certificate: { Status: 'ISSUED', SubjectAlternativeNames, NotAfter: Date.now() / 1000 + days * 86_400 } },
  });
  it.each<[string, FakeAnswer, string]>([
    ['its name', issued(['auth.example.com']), 'ok'],
    ['a wildcard of its parent', issued(['*.example.com']), 'ok'],
    ['a wildcard of its grandparent', issued(['*.com']), 'failed'],
    ['another name', issued(['www.example.com']), 'failed'],
    ['its name, but ending soon', issued(['auth.example.com'], 5), 'failed'],
    ['nothing yet', { body: { Certificate: { Status: 'PENDING_VALIDATION' } } }, 'failed'],
    ['nothing', { status: 400, errorType: 'ResourceNotFoundException' }, 'failed'],
  ])('a certificate for %s', async (_, answer, state) => {
    const result = await look(answer, 'certificate', domain('auth.example.com'));
    expect(result?.state).toBe(state);
    expect(result?.remedy === undefined).toBe(state === 'ok');
  });

  it('finds out a certificate of another region', async () => {
    const elsewhere = (config: Config) =>
      domainChecks({ certificateArn: 'arn:aws:acm:eu-west-1:1:certificate/1' }, new ACMClient(config));
    const result = await look(issued(['auth.example.com']), 'certificate', elsewhere);
    expect(result).toMatchObject({ state: 'failed', found: expect.stringContaining('it is of eu-west-1') });
  });

  const zone = { name: 'example.com', isPrivate: false };
  it.each<[string, ZoneOptions, Zone | undefined, string, RegExp]>([
    ['the domain’s', { domain: 'auth.example.com', hostedZoneName: 'example.com' }, zone, 'ok', /^example\.com$/],
    ['none', {}, undefined, 'failed', /there is no Z1/],
    ['a private one', {}, { ...zone, isPrivate: true }, 'failed', /is private/],
    [
      'one of another name',
      { hostedZoneName: 'example.org' },
      zone,
      'failed',
      /is the zone example\.com, not example\.org/,
    ],
    ['one that lacks the domain', { domain: 'auth.example.org' }, zone, 'failed', /is not in the zone example\.com/],
    ['one that only ends alike', { domain: 'authexample.com' }, zone, 'failed', /is not in the zone/],
  ])('a hosted zone that is %s', async (_, options, found, state, says) => {
    const [result] = await runChecks(zoneChecks({ ...options, hostedZoneId: 'Z1' }, async () => found));
    expect(result?.state).toBe(state);
    expect(result?.found).toMatch(says);
    expect(result?.remedy === undefined).toBe(state === 'ok');
  });

  it('skips what was not given', async () => {
    const skipped = await runChecks([...domainChecks({}), ...zoneChecks({})]);
    expect(skipped.map(({ state }) => state)).toEqual(['skipped', 'skipped', 'skipped']);
  });

  it('fails on what the stage has to have and was not given', async () => {
    const [name] = await runChecks(domainChecks({ required: true }));
    expect(name).toMatchObject({ state: 'failed', remedy: expect.stringContaining('--domain') });
    const checks = await runChecks(mailChecks({}).filter((check) => check.name === 'sender identity'));
    expect(checks).toMatchObject([{ state: 'failed', remedy: expect.stringContaining('--mail-from') }]);
  });
});
