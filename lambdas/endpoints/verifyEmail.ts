import { verifyEmail as flow, type VerifyEmailDeps } from '../flows/verifyEmail.ts';
import { type Endpoint, json } from '../middleware/http.ts';

export function verifyEmail(deps: VerifyEmailDeps): Endpoint<'verifyEmail'> {
  return async ({ input, from, fromBrowser }) => json(200, await flow(deps, { ...input.body, from, fromBrowser }));
}
