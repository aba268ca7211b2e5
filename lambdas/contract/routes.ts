import type * as z from 'zod/mini';
import { type ProblemCode, problems } from './problems.ts';
import { accountRoutes } from './routes/accounts.ts';
import { factorRoutes } from './routes/factors.ts';
import { linkRoutes } from './routes/links.ts';
import { passwordRoutes } from './routes/passwords.ts';
import type { Method, ProblemAnswer, Route, RouteInput } from './routes/route.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { signInRoutes } from './routes/signIn.ts';
import { wellKnownRoutes } from './routes/wellKnown.ts';

/**
 * Every route there is, a room a file. A route that is not listed does not exist: the gateway has no method for it, and
 * the authorizer refuses it.
 */
export const routes = {
  ...wellKnownRoutes,
  ...accountRoutes,
  ...passwordRoutes,
  ...signInRoutes,
  ...factorRoutes,
  ...sessionRoutes,
  ...linkRoutes,
};

type Routes = typeof routes;
export type RouteId = keyof Routes;

/** In the order of the table. */
export const routeIds = Object.keys(routes) as readonly RouteId[];

/** A route as any other: without what the type of its own entry says. */
export function routeById(id: RouteId): Route {
  return routes[id];
}

const inputs = new Map<RouteId, RouteInput>();

/** The schemas of what a route takes, made once. */
export function inputOf(id: RouteId): RouteInput {
  const known = inputs.get(id);
  if (known) return known;
  const input = routeById(id).input?.() ?? {};
  inputs.set(id, input);
  return input;
}

/** The methods that a route answers to: where `GET` is public, `HEAD` as well (RFC 9110 §9.3.2). */
export function methodsOf({ method, access }: Pick<Route, 'method' | 'access'>): readonly (Method | 'HEAD')[] {
  return method === 'GET' && access === 'public' ? ['GET', 'HEAD'] : [method];
}

const byMethodAndPath: ReadonlyMap<string, RouteId> = new Map(
  routeIds.flatMap((id) => methodsOf(routes[id]).map((method) => [`${method} ${routes[id].path}`, id] as const)),
);

/** The route of an API Gateway method and resource path, or undefined when the contract has none. */
export function findRoute(method: string, resourcePath: string): RouteId | undefined {
  return byMethodAndPath.get(`${method} ${resourcePath}`);
}

/** What is called, as logs and metrics name it: a route by its method and path, or the preflight of a path. */
export type CalledRoute = {
  [R in RouteId]: `${Routes[R]['method'] | 'HEAD' | 'OPTIONS'} ${Routes[R]['path']}`;
}[RouteId];

export function isCalledRoute(called: string): called is CalledRoute {
  return calledRoutes.has(called);
}

const calledRoutes: ReadonlySet<string> = new Set(
  routeIds.flatMap((id) => [...methodsOf(routes[id]), 'OPTIONS'].map((method) => `${method} ${routes[id].path}`)),
);

/** What an endpoint gets of a route: parsed, nothing else of the request's body, query or path. */
export interface InputOf<R extends RouteId> {
  readonly body: ParsedOf<R, 'body'>;
  readonly query: ParsedOf<R, 'query'>;
  readonly path: ParsedOf<R, 'path'>;
}

type ParsedOf<R extends RouteId, Part extends keyof RouteInput> = Routes[R] extends {
  readonly input: () => { readonly [P in Part]: infer S extends z.ZodMiniType };
}
  ? z.infer<S>
  : undefined;

/** The JSON that a route answers with. */
export type AnswerOf<R extends RouteId> = JsonOf<ReturnType<Routes[R]['answers']>>;

type JsonOf<Answers> =
  Extract<Answers[keyof Answers], z.ZodMiniType> extends infer S extends z.ZodMiniType ? z.infer<S> : never;

/** Every problem a route may answer with, its own and those that its access, method and input lead to. */
export function problemsOf(id: RouteId): ProblemAnswer[] {
  return [...commonProblems(id), ...routeById(id).problems].map((problem) =>
    typeof problem === 'string' ? { code: problem, status: problems[problem].status } : problem,
  );
}

/**
 * Every route has `forbidden`, which the web ACL answers, and `rate_limited`, which the web ACL and the throttle
 * answer.
 */
function commonProblems(id: RouteId): ProblemCode[] {
  const { access, method } = routeById(id);
  return [
    'forbidden',
    'payload_too_large',
    'rate_limited',
    'unavailable',
    'internal',
    // A body has to be text, also where the route takes none.
    'invalid_request',
    ...(method === 'GET' ? [] : (['csrf'] as const)),
    ...(access === 'public' ? [] : (['invalid_token'] as const)),
    ...(inputOf(id).body ? (['unsupported_media_type'] as const) : []),
  ];
}
