import { App, Duration, Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  CfnMethod,
  CfnRestApi,
  IdentitySource,
  MockIntegration,
  RequestAuthorizer,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { CfnUrl, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it, vi } from 'vitest';
import type { ApiStack } from '../../lib/api/apiStack.ts';
import { denyByDefault } from '../../lib/api/denyByDefault.ts';
import { build, devContext, localContext, prodContext, quietly, synthesized } from './deployments.ts';

/** Synthesizes an app that has an API, an authorizer, what is added, and the check. */
function synthesizeWith(
  add: (api: RestApi, authorizer: RequestAuthorizer) => void,
  resultsCacheTtl = Duration.seconds(0),
) {
  return () => {
    const app = new App();
    const stack = new Stack(app, 'stack');
    const api = new RestApi(stack, 'Api');
    const handler = new LambdaFunction(stack, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('// stand-in'),
    });
    const authorizer = new RequestAuthorizer(stack, 'Authorizer', {
      handler,
      identitySources: resultsCacheTtl.toSeconds() > 0 ? [IdentitySource.header('Authorization')] : [],
      resultsCacheTtl,
    });
    const authorized = { authorizer, authorizationType: AuthorizationType.CUSTOM };
    api.root.resourceForPath('/auth/sessions').addMethod('GET', new MockIntegration(), authorized);
    api.root.resourceForPath('/health').addMethod('GET', new MockIntegration());
    api.root.resourceForPath('/health').addMethod('OPTIONS', new MockIntegration());
    add(api, authorizer);
    denyByDefault(app);
    app.synth();
  };
}

const mock = new MockIntegration();

describe('synthesis fails on a way in that the contract does not name:', () => {
  it('there is none to begin with', () => {
    expect(synthesizeWith(() => {})).not.toThrow();
  });

  it('a public method that is not listed', () => {
    const add = synthesizeWith((api) => api.root.addResource('debug').addMethod('GET', mock));
    expect(add).toThrow('GET /debug: not in the contract');
  });

  it('a method that is not listed, even with the authorizer', () => {
    const add = synthesizeWith((api, authorizer) =>
      api.root.addResource('debug').addMethod('GET', mock, { authorizer, authorizationType: AuthorizationType.CUSTOM }),
    );
    expect(add).toThrow('GET /debug: not in the contract');
  });

  it.each(['PUT', 'ANY'])('%s on a listed path', (method) => {
    const add = synthesizeWith((api) => api.root.resourceForPath('/auth/me').addMethod(method, mock));
    expect(add).toThrow(`${method} /auth/me: not in the contract`);
  });

  it.each(['GET /auth/me', 'POST /auth/logout'])('%s without its authorizer', (name) => {
    const [method = '', path = ''] = name.split(' ');
    const add = synthesizeWith((api) => api.root.resourceForPath(path).addMethod(method, mock));
    expect(add).toThrow(`${name}: has no authorizer`);
  });

  it('AWS signatures in place of the authorizer', () => {
    const options = { authorizationType: AuthorizationType.IAM };
    const add = synthesizeWith((api) => api.root.resourceForPath('/auth/me').addMethod('GET', mock, options));
    expect(add).toThrow('GET /auth/me: has no authorizer');
  });

  it('a preflight for a path that is not listed', () => {
    const add = synthesizeWith((api) => api.root.addResource('debug').addMethod('OPTIONS', mock));
    expect(add).toThrow('OPTIONS /debug: not in the contract');
  });

  it('a method made without a path to judge it by', () => {
    const add = synthesizeWith(
      (api) =>
        new CfnMethod(api, 'Raw', {
          httpMethod: 'GET',
          restApiId: api.restApiId,
          resourceId: api.restApiRootResourceId,
          authorizationType: 'NONE',
        }),
    );
    expect(add).toThrow('a method whose path cannot be told is not in the contract');
  });

  it('a method of another API', () => {
    const add = synthesizeWith((api) =>
      new RestApi(new Stack(api.node.root, 'other'), 'Api').root.addMethod('GET', mock),
    );
    expect(add).toThrow('GET /: not in the contract');
  });

  it('an API that brings its methods in a document of its own', () => {
    const add = synthesizeWith((api) => new CfnRestApi(api, 'Spec', { name: 'spec', body: { openapi: '3.0.1' } }));
    expect(add).toThrow('has methods that are not in the template');
  });

  it('the address of a Lambda', () => {
    const add = synthesizeWith((api) => new CfnUrl(api, 'Url', { authType: 'AWS_IAM', targetFunctionArn: 'arn' }));
    expect(add).toThrow('AWS::Lambda::Url is a way in beside the API');
  });

  it('an authorizer that caches its answers', () => {
    expect(synthesizeWith(() => {}, Duration.minutes(5))).toThrow('caches its answers');
  });

  it('in the app itself', () => {
    const add = () =>
      quietly(() => {
        const { app, api } = build(localContext);
        new CfnUrl(api, 'Url', { authType: 'NONE', targetFunctionArn: 'arn' });
        app.synth();
      });
    expect(add).toThrow('AWS::Lambda::Url is a way in beside the API');
  });
});

describe('AwsSolutions', () => {
  it.each([
    ['prod', prodContext],
    ['dev', devContext],
  ])('%s has no finding that is not acknowledged', (_, context) => {
    expect(() => synthesized(context)).not.toThrow();
  });

  it('a finding stops synthesis', () => {
    const add = () =>
      quietly(() => {
        const { app, api } = build(prodContext);
        new CfnTopic(api, 'Topic');
        app.synth();
      });
    expect(add).toThrow('AwsSolutions-SNS3');
  });
});

it('what the local cloud does not know is left out of the local template alone', () => {
  const { app, api } = build(localContext);
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
  app.synth();
  const lines = printed.mock.calls.map(([line]) => String(line));
  printed.mockRestore();
  const types = (stack: ApiStack) =>
    stack.node.findAll().flatMap((node) => ('cfnResourceType' in node ? [node.cfnResourceType] : []));
  for (const type of ['AWS::WAFv2::WebACLAssociation', 'AWS::SecretsManager::RotationSchedule']) {
    expect(types(synthesized(prodContext).api)).toContain(type);
    expect(types(api)).not.toContain(type);
    expect(lines.filter((line) => line.includes(type))).not.toEqual([]);
  }
});
