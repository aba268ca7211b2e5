import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemSchema } from '../../lambdas/contract/problemBodies.ts';
import { problems } from '../../lambdas/contract/problems.ts';
import { methodsOf, routeIds, routes } from '../../lambdas/contract/routes.ts';
import { deployed, devContext, prodContext, type Resource } from './deployments.ts';

const { api } = deployed(prodContext);

/** Every method as `POST /auth/login`, from the tree of API Gateway resources. */
function methodsByName(): Map<string, Resource> {
  const refSchema = z.object({ Ref: z.string() });
  const pathOf = (resource: unknown): string => {
    const ref = refSchema.safeParse(resource);
    if (!ref.success) return '';
    const { ParentId, PathPart } = api.resources[ref.data.Ref]?.Properties ?? {};
    return `${pathOf(ParentId)}/${PathPart}`;
  };
  return new Map(
    api
      .all('AWS::ApiGateway::Method')
      .map(([, method]) => [`${method.Properties['HttpMethod']} ${pathOf(method.Properties['ResourceId'])}`, method]),
  );
}

describe('methods', () => {
  const methods = methodsByName();
  const [authorizerId = ''] = api.all('AWS::ApiGateway::Authorizer').map(([id]) => id);

  it.each(routeIds)('%s is as public as its contract says', (id) => {
    const { path, access } = routes[id];
    for (const method of methodsOf(routes[id])) {
      expect(methods.get(`${method} ${path}`)?.Properties).toMatchObject(
        access === 'public'
          ? { AuthorizationType: 'NONE' }
          : { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizerId } },
      );
    }
  });

  it('there is none besides the contract and preflights', () => {
    const contract = Object.values(routes).flatMap((route) =>
      [...methodsOf(route), 'OPTIONS'].map((method) => `${method} ${route.path}`),
    );
    expect(new Set(methods.keys())).toEqual(new Set(contract));
  });

  it('are GET and HEAD where anybody may read, and HEAD nowhere else', () => {
    const heads = [...methods.keys()].filter((name) => name.startsWith('HEAD '));
    expect(heads).toEqual(expect.arrayContaining(['HEAD /health', 'HEAD /auth/link/reset']));
    expect(heads).not.toContain('HEAD /auth/me');
  });

  it('the authorizer sees every request', () => {
    expect(api.one('AWS::ApiGateway::Authorizer').Properties).toMatchObject({
      Type: 'REQUEST',
      AuthorizerResultTtlInSeconds: 0,
    });
    expect(api.one('AWS::ApiGateway::Authorizer').Properties['IdentitySource'] ?? '').toBe('');
  });

  it('bodies reach the handlers as bytes', () => {
    expect(api.one('AWS::ApiGateway::RestApi').Properties).toMatchObject({ BinaryMediaTypes: ['*/*'] });
  });

  it('the gateway looks at no body: the handlers refuse, and count what they refuse', () => {
    expect(api.all('AWS::ApiGateway::Model')).toEqual([]);
    expect(api.all('AWS::ApiGateway::RequestValidator')).toEqual([]);
    for (const { Properties } of methods.values()) {
      expect(Properties).not.toHaveProperty('RequestModels');
      expect(Properties).not.toHaveProperty('RequestValidatorId');
    }
  });
});

describe('answers of the gateway', () => {
  const answerSchema = z.object({
    ResponseType: z.string(),
    StatusCode: z.coerce.number(),
    ResponseParameters: z.record(z.string(), z.string()),
    ResponseTemplates: z.object({ 'application/json': z.string() }),
  });
  const answers = new Map(
    api.all('AWS::ApiGateway::GatewayResponse').map(([, { Properties }]) => {
      const answer = answerSchema.parse(Properties);
      return [answer.ResponseType, answer] as const;
    }),
  );

  it.each([
    ['MISSING_AUTHENTICATION_TOKEN', 'not_found'],
    ['RESOURCE_NOT_FOUND', 'not_found'],
    ['INVALID_SIGNATURE', 'not_found'],
    ['EXPIRED_TOKEN', 'not_found'],
    ['UNAUTHORIZED', 'invalid_token'],
    ['AUTHORIZER_FAILURE', 'unavailable'],
    ['AUTHORIZER_CONFIGURATION_ERROR', 'unavailable'],
    ['ACCESS_DENIED', 'invalid_token'],
    ['INVALID_API_KEY', 'forbidden'],
    ['WAF_FILTERED', 'forbidden'],
    ['THROTTLED', 'rate_limited'],
    ['QUOTA_EXCEEDED', 'rate_limited'],
    ['REQUEST_TOO_LARGE', 'payload_too_large'],
    ['UNSUPPORTED_MEDIA_TYPE', 'unsupported_media_type'],
    ['BAD_REQUEST_BODY', 'invalid_request'],
    ['BAD_REQUEST_PARAMETERS', 'invalid_request'],
    ['INTEGRATION_FAILURE', 'unavailable'],
    ['INTEGRATION_TIMEOUT', 'unavailable'],
    ['API_CONFIGURATION_ERROR', 'internal'],
    ['DEFAULT_4XX', 'not_found'],
    ['DEFAULT_5XX', 'internal'],
  ] as const)('%s is the problem %s', (type, code) => {
    const answer = answers.get(type);
    const problem = problemSchema.parse(JSON.parse(answer?.ResponseTemplates['application/json'] ?? ''));
    expect(problem).toMatchObject({ code, status: problems[code].status, request_id: '$context.requestId' });
    expect(answer?.StatusCode).toBe(problems[code].status);
    expect(answer?.ResponseParameters).toMatchObject({
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.Cache-Control': "'no-store'",
      'gatewayresponse.header.Strict-Transport-Security': "'max-age=63072000; includeSubDomains'",
      'gatewayresponse.header.X-Content-Type-Options': "'nosniff'",
      'gatewayresponse.header.Referrer-Policy': "'no-referrer'",
      ...(['unavailable', 'rate_limited'].includes(code) && { 'gatewayresponse.header.Retry-After': "'1'" }),
    });
  });

  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: ten calls a second in an account. */
  it('they are made one after the other', () => {
    const all = api.all('AWS::ApiGateway::GatewayResponse');
    const before = all.flatMap(([, { DependsOn }]) => DependsOn.filter((id) => all.some(([other]) => other === id)));
    expect(new Set(before).size).toBe(all.length - 1);
    expect(before).toHaveLength(all.length - 1);
  });

  it('a refused token is answered with a challenge', () => {
    for (const type of ['ACCESS_DENIED', 'UNAUTHORIZED']) {
      const answer = answers.get(type);
      expect(Number(answer?.StatusCode)).toBe(401);
      expect(answer?.ResponseParameters['gatewayresponse.header.WWW-Authenticate']).toBe(
        `'Bearer error="invalid_token"'`,
      );
    }
  });
});

describe('stage and address', () => {
  const stage = api.one('AWS::ApiGateway::Stage').Properties;

  it('nothing of a request that may hold a secret is logged', () => {
    const format = z.object({ AccessLogSetting: z.object({ Format: z.string() }) }).parse(stage)
      .AccessLogSetting.Format;
    expect(Object.values(JSON.parse(format))).not.toHaveLength(0);
    expect(format).not.toMatch(/\$context\.path\b|querystring|header|userAgent|requestOverride|error\.message/i);
    expect(stage['MethodSettings']).toEqual([
      expect.objectContaining({ ResourcePath: '/*', HttpMethod: '*', LoggingLevel: 'OFF', DataTraceEnabled: false }),
    ]);
  });

  it('the whole API is throttled', () => {
    expect(stage['MethodSettings']).toEqual([
      expect.objectContaining({ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 }),
    ]);
  });

  it('in prod the domain is the only address', () => {
    expect(api.one('AWS::ApiGateway::DomainName').Properties).toMatchObject({
      DomainName: 'auth.example.com',
      SecurityPolicy: 'TLS_1_2',
      EndpointConfiguration: { Types: ['REGIONAL'] },
    });
    expect(api.one('AWS::ApiGateway::BasePathMapping').Properties).not.toHaveProperty('BasePath');
    expect(api.one('AWS::ApiGateway::RestApi').Properties['DisableExecuteApiEndpoint']).toBe(true);
    expect(api.outputs['Issuer']?.Value).toBe('https://auth.example.com');
  });

  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-ip-address-type.html */
  it('the domain answers by IPv6, as its AAAA record says', () => {
    expect(api.all('AWS::Route53::RecordSet').map(([, { Properties }]) => Properties['Type'])).toContain('AAAA');
    expect(api.one('AWS::ApiGateway::DomainName').Properties['EndpointConfiguration']).toMatchObject({
      IpAddressType: 'dualstack',
    });
  });

  it('the account’s role for the gateway’s logs is set unless it is somebody else’s to keep', () => {
    expect(api.one('AWS::ApiGateway::Account').DeletionPolicy).toBe('Retain');
    const { api: without } = deployed({ ...prodContext, setGatewayLogRole: 'false' });
    expect(without.all('AWS::ApiGateway::Account')).toEqual([]);
    expect(without.all('AWS::IAM::Role').filter(([id]) => id.includes('CloudWatchRole'))).toEqual([]);
    expect(without.one('AWS::ApiGateway::Stage').Properties).toHaveProperty('AccessLogSetting');
  });

  it('dev without a domain is its own issuer', () => {
    const dev = deployed(devContext).api;
    expect(dev.all('AWS::ApiGateway::DomainName')).toEqual([]);
    expect(dev.one('AWS::ApiGateway::RestApi').Properties['DisableExecuteApiEndpoint']).toBe(false);
    expect(JSON.stringify(dev.outputs['Issuer']?.Value)).toContain('.execute-api.');
    expect(dev.outputs['Issuer']?.Value).toEqual(dev.outputs['ApiUrl']?.Value);
  });

  it('nothing is deployed to the stage before the key rings are there', () => {
    expect(api.one('AWS::ApiGateway::Deployment').DependsOn).toContain(api.all('Custom::GatehouseKeyRings')[0]?.[0]);
  });
});
