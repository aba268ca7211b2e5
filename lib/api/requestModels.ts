import { CfnModel, type IModel, type MethodOptions, Model, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { z } from 'zod';
import { inputOf, type RouteId, routeIds } from '../../lambdas/contract/routes.ts';

/** The routes' bodies as models, which document and validate nothing: the handlers parse with the same schemas. */
export class RequestModels extends Construct {
  readonly #models = new Map<RouteId, IModel>();

  constructor(scope: Construct, id: string, { api }: { readonly api: RestApi }) {
    super(scope, id);
    for (const route of routeIds) {
      const body = inputOf(route).body;
      if (body) this.#models.set(route, this.#model(api, route, body));
    }
  }

  of(route: RouteId): MethodOptions {
    const model = this.#models.get(route);
    return model ? { requestModels: { [mediaTypeOf(route)]: model } } : {};
  }

  #model(api: RestApi, route: RouteId, body: z.ZodType): IModel {
    const name = `${route.charAt(0).toUpperCase()}${route.slice(1)}Request`;
    const model = new CfnModel(this, name, {
      restApiId: api.restApiId,
      name,
      contentType: mediaTypeOf(route),
      schema: z.toJSONSchema(body, { target: 'draft-04', io: 'input' }),
    });
    // A method names its model; only a reference makes CloudFormation create the model first.
    return Model.fromModelName(this, `${name}Reference`, model.ref);
  }
}

function mediaTypeOf(route: RouteId): string {
  return inputOf(route).bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json';
}
