import { randomUUID } from 'node:crypto';
import type { FieldError } from '../../contract/problemBodies.ts';
import type { Account, Role } from '../../core/accounts/account.ts';
import { newAccount } from '../../core/accounts/newAccount.ts';
import type { AccountAdministration } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import type { Operator } from '../../core/audit/operator.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { PasswordPolicy } from '../../core/passwords/passwordPolicy.ts';
import type { PasswordHasher } from '../../core/passwords/ports.ts';

export interface CreateAccountDeps {
  readonly administration: Pick<AccountAdministration, 'create'>;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly passwordPolicy: Pick<PasswordPolicy, 'check'>;
  readonly clock: Clock;
}

export interface CreateAccountRequest {
  /** Normalised. */
  readonly email: string;
  readonly password: string;
  readonly roles: readonly Role[];
  readonly tenantId: string;
  readonly operator: Operator;
}

export type CreateAccountResult =
  | { readonly status: 'created'; readonly account: Account }
  | { readonly status: 'address_taken' }
  | { readonly status: 'weak_password'; readonly errors: readonly FieldError[] };

/** An account made by an operator, who vouches for the address. */
export async function createAccount(
  deps: CreateAccountDeps,
  request: CreateAccountRequest,
): Promise<CreateAccountResult> {
  const { email, password, roles, tenantId, operator } = request;
  const errors = await deps.passwordPolicy.check({ password, email });
  if (errors.length > 0) return { status: 'weak_password', errors };
  const now = epochSeconds(deps.clock);
  const passwordHash = await deps.hasher.hash(password);
  const account = newAccount({ sub: randomUUID(), email, passwordHash, roles, tenantId, now });
  const event = accountEvent(account, {
    type: 'account.created',
    nowMs: deps.clock(),
    by: operator,
    details: { roles: account.roles.join(' ') },
  });
  return (await deps.administration.create({ account, event }))
    ? { status: 'created', account }
    : { status: 'address_taken' };
}
