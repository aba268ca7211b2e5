import type { Account } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import type { AuditOutbox } from '../../core/audit/ports.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { makeMfaToken } from '../../core/factors/mfaToken.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import type { Device } from '../../core/sessions/deviceToken.ts';

/**
 * Ends a sign-in whose password was right, and whose account has a second factor, with a token to go on with. No session
 * begins, and nobody is told of one.
 *
 * @param proven.key of the `credentialKeys`
 * @throws ProblemError `mfa_required`.
 */
export async function demandSecondFactor(
  deps: { readonly audit: AuditOutbox; readonly clock: Clock },
  proven: {
    readonly account: Account;
    readonly device: Device | undefined;
    readonly key: MacKey;
    readonly from: RequestSource;
  },
): Promise<never> {
  const { account, device, key, from } = proven;
  await deps.audit.record(accountEvent(account, { type: 'sign_in.factor_required', nowMs: deps.clock(), from }));
  throw new ProblemError('mfa_required', {
    mfa: {
      token: makeMfaToken({ account, device, nowSeconds: epochSeconds(deps.clock), key }),
      methods: [...account.factorMethods, 'recovery_code'],
    },
  });
}
