import type { Account } from './account.ts';

/** An account that is made now. It has no factors, and was never signed out everywhere. */
export function newAccount(input: {
  readonly sub: string;
  /** Normalised: a new account keeps no other form. */
  readonly email: string;
  /** Default: true. */
  readonly emailVerified?: boolean;
  readonly passwordHash: string | undefined;
  /** Default: `active`. */
  readonly status?: Account['status'];
  readonly roles: readonly string[];
  readonly tenantId: string;
  /** Epoch seconds: an imported account may be older than its import. Default: `now`. */
  readonly createdAt?: number | undefined;
  /** Epoch seconds. */
  readonly now: number;
}): Account {
  const { sub, email, passwordHash, tenantId, now } = input;
  return {
    sub,
    email,
    normalizedEmail: email,
    emailVerified: input.emailVerified ?? true,
    passwordHash,
    factorMethods: [],
    credentialsChangedAt: now,
    status: input.status ?? 'active',
    roles: [...new Set(input.roles)],
    tenantId,
    sessionEpoch: 0,
    tokenCut: 0,
    createdAt: input.createdAt ?? now,
    updatedAt: now,
  };
}
