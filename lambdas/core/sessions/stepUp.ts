import { routes } from '../../contract/routes.ts';
import type { Account } from '../accounts/account.ts';
import { ProblemError } from '../common/errors.ts';
import type { Principal } from './principal.ts';

/** How long after a sign-in or a step-up a subject may change its password, address or factors. */
export const stepUpMaxAgeSeconds = 300;

/**
 * Demands that the principal signed in just now, and with a second factor where the account has any. It guards changes
 * of password, address and factors, and the deletion of the account (NIST SP 800-63B-4 §4.2).
 *
 * @throws ProblemError `step_up_required`.
 */
export function requireStepUp(
  principal: Pick<Principal, 'authTime' | 'acr'>,
  account: Pick<Account, 'factorMethods'>,
  nowSeconds: number,
): void {
  const fresh = nowSeconds - principal.authTime <= stepUpMaxAgeSeconds;
  const strong = principal.acr === 'aal2' || account.factorMethods.length === 0;
  if (fresh && strong) return;
  const { method, path } = routes.stepUp;
  const how = strong ? '' : ' with a second factor';
  throw new ProblemError('step_up_required', {
    detail: `Sign in again${how}, at most ${stepUpMaxAgeSeconds} seconds before: ${method} ${path}`,
  });
}
