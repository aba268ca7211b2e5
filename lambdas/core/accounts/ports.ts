import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { KeptLink, MailedLink, MailedLinkRequest } from '../mail/mailedLink.ts';
import type { MailJob } from '../mail/mailJob.ts';
import type { PairChange } from '../sessions/devicePair.ts';
import type { Session } from '../sessions/session.ts';
import type { Account } from './account.ts';
import type { FormerAddress } from './formerAddress.ts';

/** Consistent reads of accounts. Each throws ProblemError `unavailable` when the table cannot be read. */
export interface Accounts {
  /** The account with a normalised address. It takes two reads, whether there is such an account or not. */
  findByEmail(normalizedEmail: string): Promise<Account | undefined>;
  find(sub: string): Promise<Account | undefined>;
  /** Whose a normalised address is, or for whom it is reserved, for the same two reads. */
  holderOf(normalizedEmail: string): Promise<AddressHolder>;
}

/** Whose an address is. One that an account has given up is nobody's address, and reserved for it for a while. */
export interface AddressHolder {
  readonly account: Account | undefined;
  readonly reserved: { readonly sub: string /** Epoch seconds. */; readonly until: number } | undefined;
}

export interface FormerAddresses {
  /**
   * The addresses that an account has given up, the oldest change first; consistent. Read after the account, they are
   * as they were while it had the credentials that were read.
   *
   * @throws ProblemError `unavailable`.
   */
  list(sub: string): Promise<readonly FormerAddress[]>;
}

/** Names a registration that waits for its mailed token. The id does not tell the address. */
export interface PendingToken {
  readonly pendingId: string;
  readonly tokenHash: string;
}

/** Registrations by a mailed token. Each method throws ProblemError `unavailable`. */
export interface Registrations {
  /** What is kept of the link that was mailed last; consistent. */
  kept(pendingId: string): Promise<KeptLink | undefined>;
  /**
   * Remembers a mailed link, in place of an earlier one (the newest counts), and asks for the mail, in one transaction.
   * It writes the same for a known and an unknown address. With `again` it is the link that is kept, and nothing is
   * written if that was used, replaced or mailed again meanwhile.
   */
  request(input: MailedLinkRequest & Pick<PendingToken, 'pendingId'>): Promise<void>;
  /** Whether this token is the newest one and not used; consistent. Only a hint: `complete` decides. */
  isPending(token: PendingToken): Promise<boolean>;
  /**
   * Uses up the token, makes the account, claims its address, starts its first session on its first device if they are
   * given, and records it all, in one transaction.
   *
   * @returns false, with nothing written, when the token was used, replaced or has expired, or the address is taken.
   */
  complete(
    input: PendingToken & {
      /** Epoch seconds. */
      readonly now: number;
      readonly account: Account;
      readonly started?: { readonly session: Session; readonly pair: PairChange | undefined };
      readonly events: readonly AuditEvent[];
    },
  ): Promise<boolean>;
}

/** The first half of a change of address. */
export interface EmailChangeRequests {
  /**
   * What is kept of the link that was mailed last; consistent.
   *
   * @throws ProblemError `unavailable`.
   */
  kept(sub: string): Promise<KeptLink | undefined>;
  /**
   * Remembers a mailed link, in place of an earlier one (the newest counts), records the request and asks for its
   * mails, in one transaction. The link is good only while the account keeps its present credentials and the session
   * lives. With `again` it is the link that is kept, and nothing is written if that was used, replaced or mailed again
   * meanwhile.
   *
   * @returns false, with nothing written, when the session of the request has ended, the account is no longer active,
   * or its credentials were changed or it was signed out everywhere since it was read.
   * @throws ProblemError `unavailable`.
   */
  request(input: {
    readonly account: Account;
    /** The session of the request. */
    readonly sid: string;
    /** The account's `sub`, or a made-up one, whose token nobody gets. */
    readonly sub: string;
    readonly link: MailedLink;
    /** What was kept of the link, where it is the same once more. */
    readonly again: KeptLink | undefined;
    readonly jobs: readonly MailJob[];
    readonly nowMs: number;
    readonly event: AuditEvent;
  }): Promise<boolean>;
}

/** The second half of a change of address. Each method throws ProblemError `unavailable`. */
export interface EmailChanges {
  /**
   * The session that asked for this token, if the token is the newest one and not used, the account still has the
   * credentials that it had when the token was asked for, and the session lives; consistent. Only a hint: `complete`
   * decides.
   */
  findSession(input: {
    readonly account: Account;
    readonly tokenHash: string;
    /** Epoch seconds. */
    readonly now: number;
  }): Promise<{ readonly sid: string } | undefined>;
  /**
   * Uses up the token, claims the new address, frees the old one or reserves it for the account, changes the account,
   * records it and asks for the mail to the old one, in one transaction.
   *
   * @returns false, with nothing written, when the token was used, replaced or has expired; when the new address is
   * taken; when the account is no longer active or has another address by now; when its credentials were changed or it
   * was signed out everywhere since the token was asked for, or the session that asked has ended: that may have shut
   * out whoever asked.
   */
  complete(input: {
    readonly account: Account;
    /** Normalised. */
    readonly newEmail: string;
    readonly tokenHash: string;
    /** The session that asked for the token. */
    readonly sid: string;
    /** What the account has given up from now on. The old address is reserved if it is among them, and else free. */
    readonly formerAddresses: readonly FormerAddress[];
    readonly nowMs: number;
    readonly event: AuditEvent;
    readonly mail: MailJob;
  }): Promise<boolean>;
}

/** How a change of address is undone. */
export interface EmailUndo {
  readonly account: Account;
  /** Normalised: the address that the account is to have again, which is reserved for it or its own. */
  readonly to: string;
  /** What the account has given up once it is undone. */
  readonly formerAddresses: readonly FormerAddress[];
  readonly passwordHash: string;
  /** What came since the change, out of the set that was read at `revision`. */
  readonly factors: {
    readonly revision: number;
    /** Ids. */
    readonly removed: readonly string[];
    readonly recoveryCodesGo: boolean;
    /** The kinds that are left. */
    readonly methods: readonly string[];
  };
  readonly nowMs: number;
  readonly event: AuditEvent;
  readonly notices: readonly MailJob[];
}

export interface EmailUndos {
  /**
   * Gives an account back to an address that it has given up: sets address and password, ends every session and every
   * access token, removes factors and recovery codes, takes away whatever is open (a reset, another change, an
   * enrolment), records it and asks for the notices, in one transaction.
   *
   * @returns false, with nothing written, when the account is no longer active or as it was read: read it again.
   * @throws ProblemError `unavailable`.
   */
  undo(undo: EmailUndo): Promise<boolean>;
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
  /**
   * Every account, in no order; a consistent scan, which may miss an account that comes or goes meanwhile.
   *
   * @param unreadable is told the `sub` of an account that this release cannot read: it does not end the list
   */
  list(unreadable: (sub: string) => void): AsyncIterable<Account>;
}

/** `existing`: an account with that `sub` has the address already, for example after an interrupted import. */
export type AccountImportOutcome = 'imported' | 'existing' | 'address_taken' | 'sub_taken';

export interface AccountImports {
  /**
   * Makes accounts, each with its address and its event, in as few transactions as possible. An account that cannot be
   * made does not hold up the others. A repeated call makes no account twice. It is patient, because a table that grows
   * into its load throttles for minutes.
   *
   * @param accounts 33 at most, no two with the same address or `sub`
   * @returns an outcome for each, in order.
   * @throws ProblemError `unavailable`; what was made by then stays.
   */
  create(accounts: readonly NewAccount[]): Promise<readonly AccountImportOutcome[]>;
  /**
   * Accounts by their `sub`, consistent, in no order; without those that are not there.
   *
   * @param subs 100 at most
   * @throws ProblemError `unavailable`.
   */
  find(subs: readonly string[]): Promise<readonly Account[]>;
  /**
   * Gives an account the password that it lacks, and records it, in one transaction.
   *
   * @param account as it was read
   * @returns false, with nothing written, when the account has a password by now, its credentials have changed since it
   * was read, or its erasure has begun.
   * @throws ProblemError `unavailable`.
   */
  addPassword(input: {
    readonly account: Account;
    readonly passwordHash: string;
    readonly nowMs: number;
    readonly event: AuditEvent;
  }): Promise<boolean>;
}

/** An erasure that has begun. It is stored until its last step, so that the sweep can go on with it. */
export interface Erasure {
  readonly sub: string;
  /** Who asked for it: the owner, or an operator. */
  readonly actor: { readonly type: 'subject' | 'operator'; readonly id: string };
}

/** The first and the last step of an erasure. Each method throws ProblemError `unavailable`. */
export interface AccountErasure {
  /**
   * Ends an account for good, in one transaction: nobody signs in to it any more, its session epoch is raised, the
   * access tokens issued until now are revoked, and the erasure is remembered and recorded.
   *
   * @returns false, with nothing written, when there is no such account, its erasure has begun already, or the session
   * that asks for it has ended.
   */
  begin(input: {
    readonly erasure: Erasure;
    /** The session that asks for it; an operator has none. */
    readonly sid?: string | undefined;
    readonly nowMs: number;
    readonly event: AuditEvent;
  }): Promise<boolean>;
  /**
   * Deletes what is left (the account, its address, its grants and the memory of the erasure), records it, and asks for
   * the last mail, in one transaction. Addresses that it has given up are free before that.
   *
   * @returns false, with nothing written, when another call has done so.
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
   * The erasures that have begun and not ended; by an index, which may still name one that ended a moment ago.
   *
   * @throws ProblemError `unavailable`.
   */
  list(): AsyncIterable<Erasure>;
}

/** What an account leaves in the tables of other rooms. */
export interface AccountTraces {
  /**
   * Deletes it. Each deletion stands by itself: the call is not atomic, and is to be repeated when it fails.
   *
   * @throws ProblemError `unavailable`.
   */
  remove(account: Account): Promise<void>;
}
