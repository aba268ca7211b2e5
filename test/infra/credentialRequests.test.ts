import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Route } from '../../lambdas/contract/routes/route.ts';
import { type RouteId, routeById, routeIds, routes } from '../../lambdas/contract/routes.ts';
import { requestsFor, type Statement } from '../../lib/api/requestStatement.ts';
import { managedRuleGroups } from '../../lib/api/wafRules.ts';
import { deployed, prodContext } from './deployments.ts';
import { capacityOf, matches, patternsIn } from './wafStatement.ts';

const overrideSchema = z.object({ Name: z.string(), ActionToUse: z.record(z.string(), z.unknown()) });
const ruleSchema = z.object({
  Name: z.string(),
  Priority: z.number(),
  Action: z.record(z.string(), z.unknown()).optional(),
  Statement: z.record(z.string(), z.unknown()),
});
const acl = deployed(prodContext).api.one('AWS::WAFv2::WebACL').Properties;
const rules = z.array(ruleSchema).parse(acl['Rules']);

const counted = z
  .object({ RateBasedStatement: z.object({ ScopeDownStatement: z.unknown() }) })
  .parse(rules.find(({ Name }) => Name === 'CredentialRequests')?.Statement).RateBasedStatement.ScopeDownStatement;

const pathOf = (id: RouteId) => routes[id].path.replaceAll(/\{\w+\}/g, 'x');
const isOfBody = (rule: string) => rule.endsWith('_BODY');
const taking = routeIds.filter((id) => routeById(id).takesCredential);

describe('the rule on requests with credentials', () => {
  it.each(routeIds)('counts %s exactly if it takes one', (id) => {
    const { method, takesCredential = false } = routeById(id);
    const path = pathOf(id);
    const last = path.charCodeAt(path.length - 1).toString(16);
    const spellings = [path, `/v1${path}`, `${path}/`, `/${path}`, `/x/..${path}`, `${path.slice(0, -1)}%${last}`];
    for (const spelling of spellings) {
      expect(matches(counted, { method, path: spelling }), spelling).toBe(takesCredential);
    }
    expect(matches(counted, { method, path: `${path}/x` })).toBe(
      taking.some((other) => routes[other].method === method && pathOf(other) === `${path}/x`),
    );
  });

  it('counts no other method at a path, which another route may have', () => {
    expect(matches(counted, { method: 'DELETE', path: '/auth/me' })).toBe(true);
    expect(matches(counted, { method: 'GET', path: '/auth/me' })).toBe(false);
    expect(matches(counted, { method: 'OPTIONS', path: '/auth/login' })).toBe(false);
  });
});

/** Passwords that a managed rule takes for an attack, and that rule. */
const suspects = [
  ['../../../../etc/passwd', 'GenericLFI_BODY', 'core-rule-set:GenericLFI_Body'],
  ['<script>alert(1)</script>', 'CrossSiteScripting_BODY', 'core-rule-set:CrossSiteScripting_Body'],
  ['http://192.0.2.1/?', 'GenericRFI_BODY', 'core-rule-set:GenericRFI_Body'],
  ['http://169.254.169.254/', 'EC2MetaDataSSRF_BODY', 'core-rule-set:EC2MetaDataSSRF_Body'],
  ['$' + '{jndi:ldap://x}', 'Log4JRCE_BODY', 'known-bad-inputs:Log4JRCE_Body'],
  ['rO0ABXNyAA', 'JavaDeserializationRCE_BODY', 'known-bad-inputs:JavaDeserializationRCE_Body'],
  ['{"then":"$1:__proto__:then"}', 'ReactJSRCE_BODY', 'known-bad-inputs:ReactJSRCE_Body'],
] as const;

describe.each(suspects)('the password %s', (_, managed, label) => {
  const labels = [`awswaf:managed:aws:${label}`];
  const blocked = (id: RouteId) => {
    const request = { method: routes[id].method, path: pathOf(id), labels };
    return rules
      .filter(({ Name }) => Name.startsWith('CountedRulesOutside-'))
      .some(({ Statement }) => matches(Statement, request));
  };

  it('is only counted by the managed rule', () => {
    const overrides = rules.flatMap(
      ({ Statement }) =>
        z
          .object({ ManagedRuleGroupStatement: z.object({ RuleActionOverrides: z.array(overrideSchema).optional() }) })
          .safeParse(Statement).data?.ManagedRuleGroupStatement.RuleActionOverrides ?? [],
    );
    expect(overrides.find(({ Name }) => Name === managed)?.ActionToUse).toEqual({ Count: {} });
  });

  it.each(taking)('may be sent to %s', (id) => {
    expect(blocked(id)).toBe(false);
  });

  it('is blocked everywhere else', () => {
    const others = routeIds.filter((id) => !taking.includes(id));
    expect(others.length).toBeGreaterThan(5);
    expect(others.filter((id) => !blocked(id))).toEqual([]);
  });
});

/**
 * The rules of the groups in use that look at a body
 * (https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html). That of its size
 * counts for other reasons.
 */
it('every managed rule that looks at a body is among these', () => {
  const bodies = managedRuleGroups.flatMap(({ counted: some }) => some.map(({ name }) => name)).filter(isOfBody);
  expect(new Set(bodies)).toEqual(new Set([...suspects.map(([, managed]) => managed), 'SizeRestrictions_BODY']));
});

describe('a request without User-Agent', () => {
  const labels = ['awswaf:managed:aws:core-rule-set:NoUserAgent_Header'];
  const blocked = (method: string, path: string) =>
    rules
      .filter(({ Name }) => Name.startsWith('CountedRulesOutside-'))
      .some(({ Statement }) => matches(Statement, { method, path, labels }));
  const published = routeIds.filter((id) => {
    const { method, access, takesCredential } = routeById(id);
    return method === 'GET' && access === 'public' && !takesCredential;
  });

  it.each(published)('may fetch %s', (id) => {
    const path = pathOf(id);
    for (const spelling of [path, `/v1${path}`, `${path}/`, `/${path}`]) {
      for (const method of ['GET', 'HEAD']) expect(blocked(method, spelling), spelling).toBe(false);
    }
  });

  it('may fetch the keys and the health, as aws-jwt-verify and monitors do', () => {
    expect(published).toEqual(expect.arrayContaining(['jwks', 'health']));
  });

  it('is blocked everywhere else', () => {
    const others = routeIds.filter((id) => !published.includes(id));
    expect(others.filter((id) => !blocked(routes[id].method, pathOf(id)))).toEqual([]);
    expect(blocked('POST', '/health')).toBe(true);
    expect(blocked('GET', '/.well-known/jwks.json/x')).toBe(true);
    expect(blocked('GET', '/.well-known/../auth/me')).toBe(true);
  });
});

describe('the statement for requests to routes', () => {
  const statementFor = (some: readonly Pick<Route, 'method' | 'path'>[]): unknown =>
    upperCased(
      requestsFor(
        some.map((route) => ({ ...route, access: 'authenticated' })),
        'v1',
      ),
    );

  it('takes a parameter for one segment', () => {
    const statement = statementFor([{ method: 'PATCH', path: '/a/{id}/b.c' }]);
    expect(matches(statement, { method: 'PATCH', path: '/v1/a/x-1/b.c' })).toBe(true);
    for (const path of ['/a/b.c', '/a/x/y/b.c', '/a/x/bxc', '/a/x/b.c/d', '/v2/a/x/b.c']) {
      expect(matches(statement, { method: 'PATCH', path }), path).toBe(false);
    }
  });

  it('matches all paths, by more patterns where one would be longer than AWS WAF takes', () => {
    const many = Array.from({ length: 60 }, (_, n) => ({ method: 'POST', path: `/auth/thing-${n}/act` }) as const);
    const statement = statementFor(many);
    expect(patternsIn(statement).length).toBeGreaterThan(3);
    for (const pattern of patternsIn(statement)) expect(pattern.length).toBeLessThanOrEqual(200);
    expect(many.every((request) => matches(statement, request))).toBe(true);
  });
});

describe('the web ACL as a whole', () => {
  it('has no pattern that is longer than AWS WAF takes', () => {
    expect(patternsIn(acl).filter((pattern) => pattern.length > 200)).toEqual([]);
  });

  it('costs no more capacity than a request’s basic price includes', () => {
    const managedGroups = 25 + 200 + 700;
    expect(managedGroups + capacityOf(acl)).toBeLessThanOrEqual(1500);
  });
});

/** The members' names as CloudFormation spells them. */
function upperCased(statement: Statement): unknown {
  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name.charAt(0).toUpperCase() + name.slice(1), convert(member)]),
    );
  };
  return convert(statement);
}
