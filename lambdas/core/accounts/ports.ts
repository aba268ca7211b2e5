import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { MailJob } from '../mail/mailJob.ts';
import type { Session } from '../sessions/session.ts';
import type { Account } from './account.ts';
import type { Erasure } from './erasure.ts';

/** Consistent reads of accounts. Each throws ProblemError `unavailable` when the table cannot be read. */
export interface Accounts {
  /** The account with a normalised address, by two reads whether there is one or not. */
  findByEmail(normalizedEmail: string): Promise<Account | undefined>;
  find(sub: string): Promise<Account | undefined>;
}

/** Names a registration that waits for its mailed token. */
export interface PendingToken {
  /** Does not tell the address. */
  readonly pendingId: string;
  readonly tokenHash: string;
}

/** Registrations by a mailed token. Each method throws ProblemError `unavailable`. */
export interface Registrations {
  /**
   * Remembers the hash of a mailed token, replacing any earlier one (newest wins), and asks for the mail, in one
   * transaction. The same writes for a known and an unknown address.
   */
  request(
    input: PendingToken & {
      /** Epoch seconds. */
      readonly expiresAt: number;
      readonly job: MailJob;
      readonly nowMs: number;
    },
  ): Promise<void>;
  /** Whether this token is the newest one and not used; consistent. Only a hint: `complete` decides. */
  isPending(token: PendingToken): Promise<boolean>;
  /**
   * Uses up the token, makes the account, claims its address, starts its first session, where one is given, and records
   * it all, in one transaction.
   *
   * @returns false, with nothing written, when the token was used, replaced or has expired, or the address is taken.
   */
  complete(
    input: PendingToken & {
      /** Epoch seconds. */
      readonly now: number;
      readonly account: Account;
      readonly session?: Session;
      readonly events: readonly AuditEvent[];
    },
  ): Promise<boolean>;
}

/** The first half of a change of address. */
export interface EmailChangeRequests {
  /**
   * Remembers the hash of a mailed token, replacing any earlier one (newest wins), records the request and asks for its
   * mails, in one transaction. The token is good only while the account signs in by what it does now.
   *
   * @returns false, with nothing written, when the session it is asked for in has ended, or the account is no longer
   * active, or was changed in what signs in, or signed out everywhere, since it was read.
   * @throws ProblemError `unavailable`.
   */
  request(input: {
    readonly account: Account;
    /** Of the session it is asked for in. */
    readonly sid: string;
    /** The account's, or a made-up one, whose token nobody gets. */
    readonly sub: string;
    readonly tokenHash: string;
    /** Epoch seconds. */
    readonly expiresAt: number;
    readonly jobs: readonly MailJob[];
    readonly nowMs: number;
    readonly event: AuditEvent;
  }): Promise<boolean>;
}

/** The second half of a change of address. Each method throws ProblemError `unavailable`. */
export interface EmailChanges {
  /**
   * Whether this token is the newest one, not used, and the account signs in by what it did when it was asked for;
   * consistent. Only a hint: `complete` decides.
   */
  isPending(input: { readonly account: Account; readonly tokenHash: string }): Promise<boolean>;
  /**
   * Uses up the token, claims the new address, gives the old one free, changes the account, records it and asks for the
   * notice, in one transaction.
   *
   * @returns false, with nothing written, when the token was used, replaced or has expired, the new address is taken,
   * or the account is no longer active, has another address by now, or was changed in what signs in or signed out
   * everywhere since the token was asked for: who asked may be whom the owner has just shut out.
   */
  complete(input: {
    readonly account: Account;
    /** Normalised. */
    readonly newEmail: string;
    readonly tokenHash: string;
    readonly nowMs: number;
    readonly event: AuditEvent;
    readonly notice: MailJob;
  }): Promise<boolean>;
}

/** A change of an account's status, with the event that records it. */
export interface AccountStatusChange {
  readonly sub: string;
  readonly nowMs: number;
  readonly event: AuditEvent;
}

/** A new account, with the event that records it. */
export interface NewAccount {
  readonly account: Account;
  readonly event: AuditEvent;
}

/**
 * What an operator may do to accounts. Each change is one transaction with its event; none is made without it. Each
 * method throws ProblemError `unavailable`.
 */
export interface AccountAdministration {
  /** Makes an account and claims its address. @returns false, with nothing written, when the address is taken. */
  create(input: NewAccount): Promise<boolean>;
  /**
   * Disables an active account, raises its session epoch and revokes the access tokens issued until now.
   *
   * @returns false, with nothing written, when there is no such active account.
   */
  disable(change: AccountStatusChange): Promise<boolean>;
  /** @returns false, with nothing written, when there is no such disabled account. */
  enable(change: AccountStatusChange): Promise<boolean>;
  /** Every account, in no order; a consistent scan, which may miss an account that comes or goes meanwhile. */
  list(): AsyncIterable<Account>;
}

/** `existing`: an account of that `sub` has the address already, as after an import that was interrupted. */
export type AccountImportOutcome = 'imported' | 'existing' | 'address_taken' | 'sub_taken';

export interface AccountImports {
  /**
   * Makes accounts, each with its address and its event, in as few transactions as it takes. One that cannot be made
   * does not keep the others from it. Repeated, it makes none twice. It is patient: a table that grows into its load
   * throttles for minutes.
   *
   * @param accounts 33 at most, no two of one address or `sub`
   * @returns an outcome each, in order.
   * @throws ProblemError `unavailable`; what was made by then stays.
   */
  create(accounts: readonly NewAccount[]): Promise<readonly AccountImportOutcome[]>;
}

/** The first and the last step of an erasure. Each method throws ProblemError `unavailable`. */
export interface AccountErasure {
  /**
   * Ends an account for good: nobody signs in to it any more, its session epoch is raised, the access tokens issued
   * until now are revoked, the erasure is remembered and recorded, in one transaction.
   *
   * @returns false, with nothing written, when there is no such account, or its erasure has begun already.
   */
  begin(input: { readonly erasure: Erasure; readonly nowMs: number; readonly event: AuditEvent }): Promise<boolean>;
  /**
   * Deletes what is left, which is the account, its address, its grants and the memory of the erasure, records it, and
   * asks for the last mail, in one transaction.
   *
   * @returns false, with nothing written, when somebody else has done so.
   */
  finish(input: {
    readonly account: Account;
    readonly nowMs: number;
    readonly event: AuditEvent;
    readonly notice: MailJob;
  }): Promise<boolean>;
}

export interface UnfinishedErasures {
  /**
   * The erasures that have begun and not ended; a consistent scan of the grants, which are few and short-lived.
   *
   * @throws ProblemError `unavailable`.
   */
  list(): AsyncIterable<Erasure>;
}

/** What an account leaves in the table of another room. */
export interface AccountTraces {
  /**
   * Deletes it. Not atomic, and to be repeated when it fails: each deletion stands by itself.
   *
   * @throws ProblemError `unavailable`.
   */
  remove(account: Account): Promise<void>;
}
