import type { Account } from '../accounts/account.ts';
import { sourceGroup } from '../common/sourceGroup.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { accountLimitKey, type LimitDecision } from './limitDecision.ts';

/** The part of an account that limits hang on; nothing of it for an address without one. */
type Limited = Pick<Account, 'sub' | 'credentialsChangedAt'> | undefined;

/**
 * Whom failed sign-ins to an address count for. A new password begins a new count: a reset lets the owner in again.
 *
 * @param email normalised address, or the text that was given for one
 */
export function signInLimitKey(email: string, account: Limited, key: MacKey): string {
  return `${accountLimitKey(email, key)}#${account?.credentialsChangedAt ?? 0}`;
}

/** Whom second factors that fail count for, on a device that the account does not know. */
export function secondFactorLimitKey({ sub, credentialsChangedAt }: NonNullable<Limited>): string {
  return `${sub}#${credentialsChangedAt}`;
}

/** Every limit that counts whoever comes from a source address. */
export function limitsOfSource(ip: string): readonly LimitDecision[] {
  const limits = ['signInPerAddress', 'registrationPerAddress', 'verificationPerAddress', 'resetPerAddress'] as const;
  return limits.map((limit) => ({ limit, key: sourceGroup(ip) }));
}

/** Every limit that names an account by its `sub`. */
export function limitsOfSub(account: NonNullable<Limited>): readonly LimitDecision[] {
  return [
    { limit: 'secondFactorPerAccount', key: secondFactorLimitKey(account) },
    { limit: 'emailChangePerAccount', key: account.sub },
    { limit: 'provenSignInPerAccount', key: account.sub },
  ];
}

/** Every limit that counts for an e-mail address, and for its account where it has one; from one source address as well. */
export function limitsOfAccount(input: {
  /** Normalised. */
  readonly email: string;
  readonly account: Limited;
  readonly key: MacKey;
  readonly ip: string | undefined;
}): readonly LimitDecision[] {
  const { email, account, key, ip } = input;
  const signIn = signInLimitKey(email, account, key);
  const address = accountLimitKey(email, key);
  return [
    { limit: 'signInPerAccount', key: signIn },
    ...(ip === undefined
      ? []
      : [{ limit: 'signInPerAccountAndAddress' as const, key: `${signIn}#${sourceGroup(ip)}` }]),
    { limit: 'registrationPerAccount', key: address },
    { limit: 'resetPerAccount', key: address },
    ...(account === undefined ? [] : limitsOfSub(account)),
  ];
}
