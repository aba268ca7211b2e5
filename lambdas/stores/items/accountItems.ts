import * as z from 'zod/mini';
import { type Account, factorMethods, roles } from '../../core/accounts/account.ts';
import { anyText, oneOf, parseItem, schemaVersion } from '../dynamo/parseItem.ts';

export const accountKey = (sub: string) => `account#${sub}`;
export const emailKey = (normalizedEmail: string) => `email#${normalizedEmail}`;
/** The addresses that an account has given up. */
export const formerAddressesKey = (sub: string) => `former#${sub}`;
/** A `sub` that no account has. It is read where there is none, so that both cases cost the same reads. */
export const nobody = '00000000-0000-0000-0000-000000000000';
export const pendingKey = (pendingId: string) => `pending#${pendingId}`;

/** An account at rest. */
const accountItemSchema = z.object({
  pk: z.string(),
  schema_version: schemaVersion,
  sub: z.string(),
  email: z.string(),
  normalized_email: z.string(),
  email_verified: z.boolean(),
  password_hash: z.optional(z.string()),
  /** Absent in items of the release before. */
  factor_methods: z._default(z.array(anyText('account factor_methods', factorMethods)), []),
  credentials_changed_at: z._default(z.int(), 0),
  status: oneOf('account status', ['active', 'disabled', 'deleting'], 'disabled'),
  roles: z.array(anyText('account roles', roles)),
  tenant_id: z.string(),
  session_epoch: z.int(),
  token_cut: z.int(),
  created_at: z.int(),
  updated_at: z.int(),
});

export type AccountItem = z.infer<typeof accountItemSchema>;

export function accountToItem(account: Account): AccountItem {
  return {
    pk: accountKey(account.sub),
    schema_version: 1,
    sub: account.sub,
    email: account.email,
    normalized_email: account.normalizedEmail,
    email_verified: account.emailVerified,
    ...(account.passwordHash !== undefined && { password_hash: account.passwordHash }),
    factor_methods: [...account.factorMethods],
    credentials_changed_at: account.credentialsChangedAt,
    status: account.status,
    roles: [...account.roles],
    tenant_id: account.tenantId,
    session_epoch: account.sessionEpoch,
    token_cut: account.tokenCut,
    created_at: account.createdAt,
    updated_at: account.updatedAt,
  };
}

/**
 * An account whose status only a later release knows is taken for a disabled one. A kind of second factor that only a
 * later release knows is one all the same.
 *
 * @throws ProblemError `unavailable` for an item that lacks what this release needs: half-read state is worse than
 * none.
 */
export function accountFromItem(raw: unknown): Account {
  const item = parseItem('account', accountItemSchema, raw);
  return {
    sub: item.sub,
    email: item.email,
    normalizedEmail: item.normalized_email,
    emailVerified: item.email_verified,
    passwordHash: item.password_hash,
    factorMethods: item.factor_methods,
    credentialsChangedAt: item.credentials_changed_at,
    status: item.status,
    roles: item.roles,
    tenantId: item.tenant_id,
    sessionEpoch: item.session_epoch,
    tokenCut: item.token_cut,
    createdAt: item.created_at,
    updatedAt: item.updated_at,
  };
}
