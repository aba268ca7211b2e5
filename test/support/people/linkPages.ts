import { linkRoutes } from '../../../lambdas/contract/routes/links.ts';
import { type RouteId, routeIds, routes } from '../../../lambdas/contract/routes.ts';

/** A page behind a mailed link: shown by GET, sent by POST, at one path. */
export interface LinkPage {
  readonly path: string;
  readonly show: RouteId;
  readonly submit: RouteId;
}

/** Every one of the contract, those that are added later as well. */
export function linkPages(): LinkPage[] {
  const byPath = Map.groupBy(
    routeIds.filter((id) => Object.hasOwn(linkRoutes, id)),
    (id) => routes[id].path,
  );
  return [...byPath].map(([path, found]) => {
    const show = found.find((id) => routes[id].method === 'GET');
    const submit = found.find((id) => routes[id].method === 'POST');
    if (!show || !submit || found.length !== 2) throw new Error(`${path} is no page with a form`);
    return { path, show, submit };
  });
}
