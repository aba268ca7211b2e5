import type { LambdaName } from '../contract/lambdas.ts';
import { backgroundLambdas } from './backgroundLambdas.ts';
import type { LambdaDefinition } from './definition.ts';
import { requestLambdas } from './requestLambdas.ts';

/** Every Lambda: what it is for, what calls it, what it may do, and what it reads. */
export const lambdas = { ...requestLambdas, ...backgroundLambdas } satisfies Record<LambdaName, LambdaDefinition>;
