import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../accounts/account.ts';
import type { KeptLink, MailedLinkRequest } from '../mail/mailedLink.ts';
import type { MailJob } from '../mail/mailJob.ts';

/** Hashes passwords and verifies them. */
export interface PasswordHasher {
  /**
   * A PHC string with a salt of its own. The password is normalised (NFKC) first and, with a pepper, keyed.
   *
   * @throws ProblemError `unavailable` when the pepper cannot be read.
   */
  hash(password: string): Promise<string>;
  /**
   * Whether the hash is of this password. Without a hash (no account, or an account without a password) the answer is
   * no, after the same work: one Argon2 computation, on a thread of its own, against a hash that no password has. A
   * hash of another system costs what it cost there.
   *
   * @throws ProblemError `unavailable` when the pepper's key is not found, or the hash is of a system that this Lambda
   * does not know.
   * @throws Error when the text is no hash: the account is damaged, the password may be right.
   */
  verify(hash: string | undefined, password: string): Promise<boolean>;
  /**
   * Whether a new hash would be better: stronger, under the newest pepper, or in our own form. A stronger or peppered
   * hash is never downgraded: during a rollout, old and new code would rehash each other's work.
   */
  needsRehash(hash: string): Promise<boolean>;
}

export interface PasswordHashes {
  /**
   * Replaces a hash by another one of the same password, and records it, in one transaction. Nothing else of the
   * account changes: sessions and devices stay.
   *
   * @returns false, with nothing written, when the account's hash is no longer the one that was verified.
   * @throws ProblemError `unavailable`.
   */
  replace(input: {
    readonly sub: string;
    readonly from: string;
    readonly to: string;
    readonly event: AuditEvent;
  }): Promise<boolean>;
}

export type PasswordChangeOutcome = 'changed' | 'changed_meanwhile' | 'own_session_ended' | 'session_ended';

export interface PasswordChange {
  readonly account: Account;
  /** The session of the request. */
  readonly sid: string;
  readonly passwordHash: string;
  /** `mostSessionsEnded` at most. */
  readonly endSids: readonly string[];
  readonly nowMs: number;
  readonly event: AuditEvent;
  readonly notice: MailJob;
}

export interface PasswordChanges {
  /** How many sessions one change can end. */
  readonly mostSessionsEnded: number;
  /**
   * Sets another password, takes a pending reset away, revokes other sessions and their access tokens, records it and
   * asks for the notice, in one transaction, on condition that the account still has the password that was verified and
   * that the session of the request is active.
   *
   * @returns with nothing written: `changed_meanwhile` when the account is no longer as it was read;
   * `own_session_ended`; `session_ended` when one of the others is no longer active, so that they have to be listed
   * again.
   * @throws ProblemError `unavailable`.
   */
  change(input: PasswordChange): Promise<PasswordChangeOutcome>;
}

/** Resets by a mailed token. Each method throws ProblemError `unavailable`. */
export interface PasswordResets {
  /** What is kept of the link that was mailed last; consistent. */
  kept(sub: string): Promise<KeptLink | undefined>;
  /**
   * Remembers a mailed link, in place of an earlier one (the newest counts), and asks for the mail, in one transaction.
   * It writes the same whether the `sub` is an account's or made up. With `again` it is the link that is kept, and
   * nothing is written if that was used, replaced or mailed again meanwhile.
   */
  request(input: MailedLinkRequest & { readonly sub: string }): Promise<void>;
  /** Whether this token is the newest one and not used; consistent. Only a hint: `complete` decides. */
  isPending(input: { readonly sub: string; readonly tokenHash: string }): Promise<boolean>;
  /**
   * Uses up the token, sets the password, marks the address as verified, raises the session epoch, revokes the access
   * tokens issued until now, records it and asks for the notice, in one transaction.
   *
   * @returns false, with nothing written, when the token was used, replaced or has expired, or when the account is no
   * longer active, or has another address or other credentials than the one that was read.
   */
  complete(input: {
    readonly account: Account;
    readonly tokenHash: string;
    readonly passwordHash: string;
    readonly nowMs: number;
    readonly event: AuditEvent;
    readonly notice: MailJob;
  }): Promise<boolean>;
}
