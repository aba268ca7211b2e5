import { problemSchema } from '../../../lambdas/contract/problemBodies.ts';
import type { AnswerBody } from '../../../lambdas/contract/routes/route.ts';
import { problemsOf, type RouteId, routeById, routeIds, routes } from '../../../lambdas/contract/routes.ts';
import type { Api, ApiResponse } from '../../../scripts/local/stack/apiClient.ts';

const patterns = routeIds.map((id) => ({
  id,
  pattern: new RegExp(`^${routes[id].path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

const answers = new Map(routeIds.map((id) => [id, routeById(id).answers()]));

/** The route that a method and path belong to. */
export function routeOf(method: string, path: string): RouteId | undefined {
  const [pathname = ''] = path.split('?');
  return patterns.find(({ id, pattern }) => routes[id].method === method && pattern.test(pathname))?.id;
}

/** Why the contract does not name this answer for its route; undefined when it does. */
export function undocumented(route: RouteId, response: ApiResponse): string | undefined {
  const type = response.headers['content-type'] ?? '';
  if (type === 'application/problem+json') return undocumentedProblem(route, response);
  const found = Object.entries(answers.get(route) ?? {}).find(([status]) => Number(status) === response.status);
  if (!found) return `${response.status} ${type}`;
  const fault = bodyFault(found[1], type, response);
  return fault && `${response.status} ${fault}`;
}

function undocumentedProblem(route: RouteId, response: ApiResponse): string | undefined {
  const problem = problemSchema.safeParse(tryJson(response));
  if (!problem.success) return `${response.status} with a problem that is none: ${problem.error.message}`;
  const { code, status } = problem.data;
  if (status !== response.status) return `${response.status} with a problem of status ${status}`;
  const documented = problemsOf(route).some((answer) => answer.code === code && answer.status === status);
  return documented ? undefined : `${status} ${code}`;
}

function bodyFault(body: AnswerBody, type: string, response: ApiResponse): string | undefined {
  if (body === 'nothing') return response.text === '' ? undefined : 'with a body';
  if (body === 'page') return type === 'text/html; charset=utf-8' ? undefined : `as ${type}`;
  if (type !== 'application/json') return `as ${type}`;
  return body.safeParse(tryJson(response)).error?.message;
}

function tryJson(response: ApiResponse): unknown {
  try {
    return response.json();
  } catch {
    return undefined;
  }
}

/** Refuses every answer that the contract does not name: each test of the suite becomes a test of the contract, too. */
export function demandDocumented(call: Api): Api {
  return async (path, options = {}) => {
    const response = await call(path, options);
    const method = options.method ?? 'GET';
    const route = routeOf(method, path);
    const fault = route && undocumented(route, response);
    if (fault) throw new Error(`the contract names no such answer of ${method} ${path.split('?')[0]}: ${fault}`);
    return response;
  };
}
