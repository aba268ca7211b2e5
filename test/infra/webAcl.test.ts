import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { managedRuleGroups } from '../../lib/api/wafRules.ts';
import { deployed, prodContext } from './deployments.ts';
import { matches } from './wafStatement.ts';

const { api } = deployed(prodContext);

const overrideSchema = z.object({ Name: z.string(), ActionToUse: z.record(z.string(), z.unknown()) });
const ruleSchema = z.object({
  Name: z.string(),
  Priority: z.number(),
  Action: z.record(z.string(), z.unknown()).optional(),
  OverrideAction: z.record(z.string(), z.unknown()).optional(),
  Statement: z.record(z.string(), z.unknown()),
});
const acl = api.one('AWS::WAFv2::WebACL').Properties;
const rules = z.array(ruleSchema).parse(acl['Rules']);
const rule = (name: string) => rules.find((one) => one.Name === name);

/** What the rule on requests with credentials counts. */
const counted = z
  .object({ RateBasedStatement: z.object({ ScopeDownStatement: z.unknown() }) })
  .parse(rule('CredentialRequests')?.Statement).RateBasedStatement.ScopeDownStatement;

describe('web ACL', () => {
  it('is on the stage', () => {
    const association = JSON.stringify(api.one('AWS::WAFv2::WebACLAssociation').Properties['ResourceArn']);
    expect(association).toContain('/restapis/');
    expect(association).toContain(`{"Ref":"${api.all('AWS::ApiGateway::Stage')[0]?.[0]}"}`);
    expect(acl['Scope']).toBe('REGIONAL');
  });

  it.each([
    ['AllRequests', 3000],
    ['CredentialRequests', 300],
  ])('%s are limited per address', (name, limit) => {
    expect(rule(name)?.Statement).toMatchObject({ RateBasedStatement: { Limit: limit, AggregateKeyType: 'IP' } });
    expect(rule(name)?.Action).toMatchObject({
      Block: {
        CustomResponse: {
          ResponseCode: 429,
          ResponseHeaders: expect.arrayContaining([{ Name: 'Retry-After', Value: '60' }]),
        },
      },
    });
  });

  it.each([
    '/auth/login',
    '/v1/auth/login',
    '/auth/register',
    '/auth/verify-email',
    '/auth/refresh',
    '/auth/link/verify-email',
  ])('%s takes a credential', (path) => {
    expect(matches(counted, { method: 'POST', path })).toBe(true);
    expect(matches(counted, { method: 'GET', path: '/auth/me' })).toBe(false);
  });

  it('the managed groups block what does not break OAuth or passwords', () => {
    const groups = rules.filter((one) => 'ManagedRuleGroupStatement' in one.Statement);
    expect(groups.map((group) => group.Name)).toEqual([
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
    ]);
    for (const group of groups) expect(group.OverrideAction).toEqual({ None: {} });
    const common = z
      .object({ ManagedRuleGroupStatement: z.object({ RuleActionOverrides: z.array(overrideSchema) }) })
      .parse(rule('AWSManagedRulesCommonRuleSet')?.Statement).ManagedRuleGroupStatement;
    expect(common.RuleActionOverrides.map(({ Name }) => Name)).toEqual(
      expect.arrayContaining([
        'EC2MetaDataSSRF_QUERYARGUMENTS',
        'EC2MetaDataSSRF_BODY',
        'GenericRFI_QUERYARGUMENTS',
        'GenericRFI_BODY',
        'SizeRestrictions_QUERYSTRING',
        'SizeRestrictions_BODY',
        'CrossSiteScripting_BODY',
        'GenericLFI_BODY',
        'NoUserAgent_HEADER',
      ]),
    );
    for (const { ActionToUse } of common.RuleActionOverrides) expect(ActionToUse).toEqual({ Count: {} });
  });

  /** Whether a rule leaves a request alone that it would block elsewhere. */
  const isExempt = (name: string, path: string) => {
    const statement = rule(name)?.Statement;
    const labels = managedRuleGroups.flatMap((group) => group.counted.map(({ label }) => label));
    return !matches(statement, { method: 'POST', path, labels });
  };

  it.each([
    [
      'CountedRulesOutside-oauth',
      ['/oauth2/token', '/v1/oauth2/authorize'],
      ['/auth/login', '/oauth2', '/x/oauth2/token'],
    ],
    [
      'CountedRulesOutside-credentials',
      ['/auth/login', '/v1/auth/verify-email'],
      ['/oauth2/token', '/auth/sessions/x'],
    ],
    [
      'CountedRulesOutside-oauthAndpublished',
      ['/oauth2/token', '/v1/oauth2/token'],
      ['/auth/login', '/health/x', '/x/.well-known/jwks.json'],
    ],
    ['CountedRulesOutside-oauthAndcredentials', ['/auth/login', '/oauth2/token'], ['/auth/me', '/auth/oauth2/token']],
  ])('what counts for %s blocks everywhere else, after the groups', (name, exempt, others) => {
    const elsewhere = rule(name);
    expect(elsewhere?.Action).toEqual({ Block: {} });
    expect(exempt.every((path) => isExempt(name, path))).toBe(true);
    expect(others.some((path) => isExempt(name, path))).toBe(false);
    const groups = rules.filter((one) => 'ManagedRuleGroupStatement' in one.Statement);
    expect(elsewhere?.Priority).toBeGreaterThan(Math.max(...groups.map((one) => one.Priority)));
    expect(JSON.stringify(elsewhere?.Statement)).toContain('NORMALIZE_PATH');
  });

  it('every rule that counts blocks by its label somewhere', () => {
    const statements = JSON.stringify(rules.filter(({ Name }) => Name.startsWith('CountedRules')));
    for (const { label } of managedRuleGroups.flatMap((group) => group.counted)) {
      expect(statements.split(`"${label}"`)).toHaveLength(2);
    }
  });

  it('every count has its reason', () => {
    for (const { reason } of managedRuleGroups.flatMap((group) => group.counted)) expect(reason).toMatch(/\w{3}.*\.$/);
  });

  it('no request is sampled: a sample shows its headers', () => {
    expect(JSON.stringify(acl)).not.toContain('"SampledRequestsEnabled":true');
  });
});
