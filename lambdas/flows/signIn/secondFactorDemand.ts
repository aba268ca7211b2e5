import type { Account } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import type { AuditOutbox } from '../../core/audit/ports.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { makeMfaToken } from '../../core/factors/mfaToken.ts';
import { SecondFactorRequired } from '../../core/factors/secondFactorRequired.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import type { Device } from '../../core/sessions/deviceToken.ts';

/**
 * The answer to a password that was right, where the account has a second factor, once it is recorded: a token to go on
 * with. No session begins, so its owner gets no notice of one.
 *
 * @param proven.key of the `credentialKeys`
 */
export async function secondFactorDemand(
  deps: { readonly audit: AuditOutbox; readonly clock: Clock },
  proven: {
    readonly account: Account;
    readonly device: Device | undefined;
    readonly key: MacKey;
    readonly from: RequestSource;
  },
): Promise<SecondFactorRequired> {
  const { account, device, key, from } = proven;
  await deps.audit.record(accountEvent(account, { type: 'sign_in.factor_required', nowMs: deps.clock(), from }));
  return new SecondFactorRequired({
    token: makeMfaToken({ account, device, nowSeconds: epochSeconds(deps.clock), key }),
    methods: [...account.factorMethods, 'recovery_code'],
  });
}
