import { type Account, factorMethods } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import type { AuditOutbox } from '../../core/audit/ports.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { makeMfaToken } from '../../core/factors/mfaToken.ts';
import { SecondFactorRequired } from '../../core/factors/secondFactorRequired.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import type { SignInDevice } from '../../core/sessions/devicePair.ts';
import { writeDeviceToken } from '../../core/sessions/deviceToken.ts';
import { earlierTokenOf } from '../../core/sessions/earlierDeviceToken.ts';
import type { Delivery } from '../../core/sessions/session.ts';

/**
 * Records that the password was right and a second factor is missing, and makes the refusal that says so. It holds the
 * token to go on with. No session begins, so the owner gets no notice of one.
 *
 * @param proven.key the current one of the `credentialKeys`
 */
export async function secondFactorDemand(
  deps: { readonly audit: AuditOutbox; readonly clock: Clock },
  proven: {
    readonly account: Account;
    readonly device: SignInDevice;
    readonly delivery: Delivery;
    readonly key: MacKey;
    readonly from: RequestSource;
  },
): Promise<SecondFactorRequired> {
  const { account, device, key, from } = proven;
  await deps.audit.record(accountEvent(account, { type: 'sign_in.factor_required', nowMs: deps.clock(), from }));
  return new SecondFactorRequired({
    token: makeMfaToken({
      account,
      device: device.known,
      deviceToken: proven.delivery === 'body' ? carried(device, account) : undefined,
      nowSeconds: epochSeconds(deps.clock),
      key,
    }),
    methods: [...factorMethods.filter((kind) => account.factorMethods.includes(kind)), 'recovery_code'],
  });
}

/**
 * The device's token, with the account's own of the release before: what a client that is no browser brings with the
 * password, it does not bring again. Where an account of the release before is all that knows the device, its token.
 */
function carried({ brought }: SignInDevice, account: Account): string {
  const earlier = earlierTokenOf(brought, account);
  if (earlier !== undefined && brought.secrets.length === 0) return earlier;
  return writeDeviceToken({ ...brought, earlier: earlier === undefined ? [] : [earlier] });
}
