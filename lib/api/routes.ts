import { Duration, Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  type IResource,
  LambdaIntegration,
  type MethodOptions,
  RequestAuthorizer,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { LambdaName } from '../../lambdas/contract/lambdas.ts';
import { methodsOf, type RouteId, routeById, routeIds } from '../../lambdas/contract/routes.ts';
import { acknowledge } from '../acknowledge.ts';
import type { Functions } from '../functions/functions.ts';

export interface RoutesProps {
  readonly api: RestApi;
  readonly functions: Functions;
}

/** The methods of every route of the contract, and none besides but preflights. */
export class Routes extends Construct {
  readonly #props: RoutesProps;
  readonly #authorizer: RequestAuthorizer;

  constructor(scope: Construct, id: string, props: RoutesProps) {
    super(scope, id);
    this.#props = props;
    // Its answers are never cached: a revocation has to be seen, and a token or a cookie may each be absent.
    this.#authorizer = new RequestAuthorizer(this, 'Authorizer', {
      handler: props.functions.byName.authorizer.lambda,
      identitySources: [],
      resultsCacheTtl: Duration.seconds(0),
    });
    for (const route of routeIds) this.#addRoute(route);
    // The gateway may call a Lambda before it takes requests for it.
    const permissions = Stack.of(this)
      .node.findAll()
      .filter((node) => node instanceof CfnPermission);
    props.api.latestDeployment?.node.addDependency(...permissions);
  }

  #addRoute(route: RouteId): void {
    const { path, access, lambda } = routeById(route);
    const resource = this.#props.api.root.resourceForPath(path);
    for (const method of methodsOf(routeById(route))) {
      const added = resource.addMethod(method, this.#integration(lambda), {
        operationName: method === 'HEAD' ? `${route}Head` : route,
        ...(access === 'public' ? { authorizationType: AuthorizationType.NONE } : this.#authorized()),
      });
      const tokens = 'Tokens are this stack’s own: its authorizer verifies them, not Cognito.';
      acknowledge(added, 'AwsSolutions-COG4', tokens);
      if (access === 'public') acknowledge(added, 'AwsSolutions-APIG4', 'Public by the contract.');
    }
    this.#addPreflight(resource, lambda);
  }

  /** CORS is the handlers' to answer, who know the allowed origins: a preflight carries no credential. */
  #addPreflight(resource: IResource, lambda: LambdaName): void {
    if (resource.node.tryFindChild('OPTIONS')) return;
    const preflight = resource.addMethod('OPTIONS', this.#integration(lambda), {
      authorizationType: AuthorizationType.NONE,
    });
    acknowledge(preflight, 'AwsSolutions-COG4', 'A preflight carries no credential (Fetch, CORS-preflight fetch).');
    acknowledge(preflight, 'AwsSolutions-APIG4', 'A preflight carries no credential (Fetch, CORS-preflight fetch).');
  }

  #authorized(): MethodOptions {
    return { authorizationType: AuthorizationType.CUSTOM, authorizer: this.#authorizer };
  }

  #integration(lambda: LambdaName): LambdaIntegration {
    return new LambdaIntegration(this.#props.functions.byName[lambda].lambda, { scopePermissionToMethod: false });
  }
}
