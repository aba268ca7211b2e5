export const factorMethods = ['totp', 'webauthn'] as const;
export type FactorMethod = (typeof factorMethods)[number];

/** The roles a deployment begins with. */
export const roles = ['admin', 'auditor', 'member'] as const;
export type Role = (typeof roles)[number];

/** An account as the flows see it. */
export interface Account {
  readonly sub: string;
  /** As it was given, for mails and for show. */
  readonly email: string;
  /** What makes it unique. */
  readonly normalizedEmail: string;
  readonly emailVerified: boolean;
  /**
   * PHC string, or a hash of another system, marked as imported; undefined for an account that has only passkeys, or
   * was imported without a password.
   */
  readonly passwordHash: string | undefined;
  /**
   * The kinds of second factor it has, among them such as only a later release knows; a password alone does not sign in
   * where there is any.
   */
  readonly factorMethods: readonly string[];
  /**
   * Epoch second of the last change of password, address or factors: a device that became known under another one is no
   * longer known.
   */
  readonly credentialsChangedAt: number;
  /**
   * `disabled`: also one that only a later release knows. `deleting`: its erasure has begun and is repeated until
   * nothing is left.
   */
  readonly status: 'active' | 'disabled' | 'deleting';
  readonly roles: readonly string[];
  readonly tenantId: string;
  /** Raised by sign-out-everywhere, reset and disabling: sessions of an older epoch are dead. */
  readonly sessionEpoch: number;
  /**
   * Access tokens with `iat` up to this epoch second are refused; tokens are issued with `iat` of at least one more.
   */
  readonly tokenCut: number;
  /** Epoch seconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/**
 * Now, or the second after the account's last change of credentials when that was not before now. The next change is
 * dated so, and differs from the last also within one second: a sign-in that goes on meanwhile sees it.
 */
export function afterCredentialsChange(account: Pick<Account, 'credentialsChangedAt'>, nowSeconds: number): number {
  return Math.max(nowSeconds, account.credentialsChangedAt + 1);
}

const skewAllowanceSeconds = 2;

/**
 * The cut of an "issued before" revocation that is written now: past the writer's clock by an allowance for faster
 * clocks, and past the account's last cut. A token's `iat` is at least that cut and one more, so this one covers it.
 * It is written on condition that the account's cut is still the one that was read.
 */
export function nextTokenCut({ tokenCut }: Pick<Account, 'tokenCut'>, nowSeconds: number): number {
  return Math.max(nowSeconds + skewAllowanceSeconds, tokenCut + 1);
}

/** Epoch and cut of an account that everybody is shut out of now. The epoch ends its sessions, whatever clocks say. */
export function afterShutOut(
  account: Pick<Account, 'sessionEpoch' | 'tokenCut'>,
  nowSeconds: number,
): Pick<Account, 'sessionEpoch' | 'tokenCut'> {
  return { sessionEpoch: account.sessionEpoch + 1, tokenCut: nextTokenCut(account, nowSeconds) };
}

/**
 * The `iat` of a token that is to outlive the account's cut.
 *
 * @param takenAt epoch seconds, taken *before* the account was read: a cut made after the read then covers the token.
 */
export function issuedAtAfterCut(takenAt: number, account: Account): number {
  return Math.max(takenAt, account.tokenCut + 1);
}
