import { type App, CfnResource, Token } from 'aws-cdk-lib';
import { CfnAuthorizer, CfnMethod, CfnRestApi, Method } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { findRoute, routes } from '../../lambdas/contract/routes.ts';

/** Ways into a Lambda that pass no authorizer of this API, whatever they are set to. */
const otherWaysIn = /^AWS::(Lambda::Url|ApiGatewayV2::.+|ElasticLoadBalancingV2::.+|AppSync::.+)$/;

/**
 * Makes synthesis fail on any way in that the route table does not name: a method that is not in the contract, one
 * without the authorizer that the contract does not call public, an authorizer whose answers are cached, or a way in
 * beside the REST API.
 */
export function denyByDefault(app: App): void {
  app.node.addValidation({ validate: () => app.node.findAll().flatMap(faultsOf) });
}

function faultsOf(node: IConstruct): string[] {
  if (node instanceof CfnMethod) return methodFaults(node);
  if (node instanceof CfnAuthorizer) return authorizerFaults(node);
  if (node instanceof CfnRestApi) return apiFaults(node);
  if (!(node instanceof CfnResource)) return [];
  if (otherWaysIn.test(node.cfnResourceType)) {
    return [`${node.node.path}: ${node.cfnResourceType} is a way in beside the API`];
  }
  return [];
}

function methodFaults(node: CfnMethod): string[] {
  const method = node.node.scope;
  if (!(method instanceof Method))
    return [`${node.node.path}: a method whose path cannot be told is not in the contract`];
  const { path } = method.resource;
  const name = `${node.httpMethod} ${path}`;
  const preflight = node.httpMethod === 'OPTIONS' && hasRoute(path);
  const route = findRoute(node.httpMethod, path);
  if (!route && !preflight) return [`${name}: not in the contract; add it to lambdas/contract/routes/`];
  if (preflight || (route && routes[route].access === 'public')) return [];
  const authorized = node.authorizationType === 'CUSTOM' && Token.isUnresolved(node.authorizerId);
  return authorized ? [] : [`${name}: has no authorizer, and the contract does not call it public`];
}

function apiFaults(node: CfnRestApi): string[] {
  const hidden = node.body !== undefined || node.bodyS3Location !== undefined || node.cloneFrom !== undefined;
  return hidden ? [`${node.node.path}: has methods that are not in the template`] : [];
}

function hasRoute(path: string): boolean {
  return Object.values(routes).some((route) => route.path === path);
}

function authorizerFaults(node: CfnAuthorizer): string[] {
  const faults: string[] = [];
  if (node.type !== 'REQUEST') faults.push(`${node.node.path}: is no REQUEST authorizer`);
  if (node.authorizerResultTtlInSeconds !== 0) faults.push(`${node.node.path}: caches its answers`);
  return faults;
}
