import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { Route } from '../../lambdas/contract/routes/route.ts';
import { methodsOf } from '../../lambdas/contract/routes.ts';

export type Statement = CfnWebACL.StatementProperty;

/** In characters (https://docs.aws.amazon.com/waf/latest/developerguide/limits.html). */
const longestPattern = 200;

export type RequestedRoute = Pick<Route, 'method' | 'path' | 'access'>;

/** Requests for these routes, and for no others. */
export function requestsFor(routes: readonly RequestedRoute[], stageName: string): Statement {
  const requests = routes.flatMap((route) => methodsOf(route).map((method) => ({ method, path: route.path })));
  const byMethod = Map.groupBy(requests, ({ method }) => method);
  return anyOf(
    [...byMethod].map(([method, those]) => {
      const patterns = pathPatterns([...new Set(those.map(({ path }) => path))], stageName);
      return { andStatement: { statements: [methodIs(method), anyOf(patterns.map(pathMatches))] } };
    }),
  );
}

/** Compares the path as the gateway would resolve it, so that `/oauth2/../auth` does not get around a rule. */
export function pathMatches(regexString: string): Statement {
  return {
    regexMatchStatement: {
      fieldToMatch: { uriPath: {} },
      regexString,
      textTransformations: [
        { priority: 0, type: 'URL_DECODE' },
        { priority: 1, type: 'NORMALIZE_PATH' },
      ],
    },
  };
}

function methodIs(searchString: string): Statement {
  return {
    byteMatchStatement: {
      fieldToMatch: { method: {} },
      positionalConstraint: 'EXACTLY',
      searchString,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
}

/** An `OrStatement` takes at least two statements. */
export function anyOf(statements: Statement[]): Statement {
  const [first, ...others] = statements;
  if (!first) throw new Error('a rule for no request at all');
  return others.length === 0 ? first : { orStatement: { statements } };
}

/** As few patterns as hold all the paths. */
function pathPatterns(paths: readonly string[], stageName: string): string[] {
  const shared = sharedFolder(paths);
  // Without a domain, a path begins with the stage's name.
  const pattern = (rests: readonly string[]) => `^(/${stageName})?${escaped(shared)}(${rests.join('|')})/?$`;
  const groups: string[][] = [];
  for (const path of paths) {
    const rest = escaped(path.slice(shared.length));
    const last = groups.at(-1);
    if (last && pattern([...last, rest]).length <= longestPattern) last.push(rest);
    else groups.push([rest]);
  }
  return groups.map(pattern);
}

/** What all paths begin with, up to a slash. */
function sharedFolder(paths: readonly string[]): string {
  const [first = ''] = paths;
  const folders = [...first.matchAll(/\//g)].map(({ index }) => first.slice(0, index + 1));
  return folders.findLast((folder) => paths.every((path) => path.startsWith(folder))) ?? '';
}

/** A path as a pattern; a parameter is any one segment. */
function escaped(path: string): string {
  return path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
}
