import type { Account } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import type { Clock } from '../../core/common/clock.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { unmarkImported } from '../../core/hashes/importedHash.ts';
import type { PasswordHasher, PasswordHashes } from '../../core/passwords/ports.ts';

export interface RehashDeps {
  readonly hasher: Pick<PasswordHasher, 'needsRehash' | 'hash'>;
  readonly passwordHashes: PasswordHashes;
  readonly clock: Clock;
  /** Told of what went wrong. */
  readonly failed: (error: unknown) => void;
}

export type Rehash = (input: {
  readonly account: Pick<Account, 'sub' | 'tenantId' | 'passwordHash'>;
  /** Just verified. */
  readonly password: string;
  readonly from: RequestSource;
}) => Promise<void>;

/**
 * Replaces a hash that a new one would be better than, while the password is at hand: weaker parameters, an older
 * pepper, or another system's hash. It never fails: whoever signs in has given the right password either way.
 */
export function createRehash(deps: RehashDeps): Rehash {
  return async ({ account, password, from }) => {
    try {
      const before = account.passwordHash;
      if (before === undefined || !(await deps.hasher.needsRehash(before))) return;
      await deps.passwordHashes.replace({
        sub: account.sub,
        from: before,
        to: await deps.hasher.hash(password),
        event: accountEvent(account, {
          type: 'password.rehashed',
          nowMs: deps.clock(),
          from,
          reason: unmarkImported(before) === undefined ? 'parameters' : 'imported',
        }),
      });
    } catch (error) {
      deps.failed(error);
    }
  };
}
