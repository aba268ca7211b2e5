import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../accounts/account.ts';
import type { LimitRefusal } from '../limits/rateLimited.ts';
import type { NoticeJob } from '../mail/mailJob.ts';
import type { DevicePair, PairChange, StartOutcome } from './devicePair.ts';
import type { Delivery, Session, SessionProof } from './session.ts';

/** Names one session: the key of its item. */
export type SessionKey = Pick<Session, 'sub' | 'sid'>;

export interface Sessions {
  /**
   * Every session of a subject, in whatever state; consistent.
   *
   * @throws ProblemError `unavailable`, also when this release cannot read one: whoever ends them all misses none.
   */
  list(sub: string): Promise<readonly Session[]>;

  /**
   * The sessions of a subject that this release can read. It passes over any other, and tells of it.
   *
   * @param most no more than so many, in no order: a bound on what the call may cost
   * @throws ProblemError `unavailable`.
   */
  listReadable(sub: string, most: number): Promise<readonly Session[]>;
}

/** A session and its account, as they are now. */
export interface ReadSession {
  readonly session: Session | undefined;
  readonly account: Account | undefined;
}

export interface SessionReader {
  /**
   * Session and account, consistent, in one call.
   *
   * @throws ProblemError `unavailable`.
   */
  read(key: SessionKey): Promise<ReadSession>;
  /**
   * The same of up to 50 keys, in their order, still in one call.
   *
   * @throws ProblemError `unavailable`.
   */
  readEach(keys: readonly SessionKey[]): Promise<readonly ReadSession[]>;
}

/** An account, and what it knows of a device. */
export interface AccountOnDevice {
  readonly account: Account | undefined;
  /** At most one for each place of the device. */
  readonly pairs: readonly DevicePair[];
}

/** Whose an address is, before its account is read. */
export interface HeldAddress {
  readonly sub: string | undefined;
  /** The account's, as its address says it; undefined where the release before has written the address. */
  readonly credentialsChangedAt: number | undefined;
}

export interface EmailHints {
  /**
   * Tells an account's address when the account's credentials changed, while it says what was read of it: the release
   * before does not. It never throws: without it the next sign-in takes a round trip more.
   */
  mend(account: Account, read: number | undefined): Promise<void>;
}

/**
 * Consistent reads of accounts, each with the pairs of account and device. They cost the same whether there is such an
 * account, and whether it knows the device. Each throws ProblemError `unavailable`.
 */
export interface AccountsOnDevices {
  /** Whose a normalised address is, in one call. */
  holderOf(normalizedEmail: string): Promise<HeldAddress>;
  /** By a normalised address: two calls, as `Accounts.findByEmail`. @param device the hash of its id */
  findByEmail(normalizedEmail: string, device: string): Promise<AccountOnDevice>;
  /** In one call, also without a `sub`. @param device the hash of its id */
  find(sub: string | undefined, device: string): Promise<AccountOnDevice>;
}

/** Which device is to stay known. */
export type KeptDevice =
  /** That on which a session began. */
  | { readonly sid: string }
  /** That of a token, which proves it by one of these secrets: their hashes. */
  | { readonly device: string; readonly secretHashes: readonly string[] };

export interface DevicePairs {
  /**
   * Keeps a device known to an account beyond a change of its credentials. A device that was not known, by the
   * credentials before, does not become known.
   *
   * @throws ProblemError `unavailable`.
   */
  keep(
    kept: KeptDevice & {
      readonly sub: string;
      /** The account's `credentialsChangedAt` before the change, and after it. */
      readonly from: number;
      readonly to: number;
    },
  ): Promise<void>;
}

/** A session that a sign-in starts. */
export interface SessionStart {
  readonly session: Session;
  /** As the account knows the device from now on; undefined leaves what it knows. */
  readonly pair: PairChange | undefined;
  /** The account's value as it was read for the proof: a later change makes the proof stale. */
  readonly credentialsChangedAt: number;
  readonly event: AuditEvent;
  /** Tells the owner of a sign-in on a device that the account does not know. */
  readonly notice?: NoticeJob | undefined;
}

export interface SessionStarts {
  /**
   * Starts a session, keeps its device, records it, and asks for the notice to its owner if there is one, in one
   * transaction, on condition that the account is active, in the session's epoch, and has the credentials that it had
   * when the sign-in was proven.
   *
   * @throws ProblemError `unavailable`.
   */
  start(input: SessionStart): Promise<StartOutcome>;
}

/** Ends sessions. Each method throws ProblemError `unavailable`. */
export interface SessionRevocation {
  /**
   * Revokes one session, its access tokens, and records it, in one transaction.
   *
   * @param input.epoch that the account must be of: a session of an older one is over, whatever its item says
   * @param input.proof given when a refresh token or session cookie asks for this: the session must have the same hash
   * @returns false, with nothing written, when there is no such active session.
   */
  revoke(
    input: SessionKey & {
      readonly epoch?: number | undefined;
      readonly proof?: SessionProof | undefined;
      readonly nowMs: number;
      readonly event: AuditEvent;
    },
  ): Promise<boolean>;
  /**
   * Raises the account's session epoch, which ends all its sessions, revokes the access tokens issued until now, and
   * records it, in one transaction.
   *
   * @param input.epoch of the session that asks for this: it must be the account's, so that a dead session ends nothing
   * @returns false, with nothing written, when there is no such account, or it is of another epoch.
   */
  revokeEverywhere(input: {
    readonly sub: string;
    readonly epoch?: number | undefined;
    readonly nowMs: number;
    readonly event: AuditEvent;
  }): Promise<boolean>;
}

export interface RotationRequest extends SessionKey {
  readonly clientId: string;
  readonly secretHash: string;
  /** The generation of the token that was presented; it becomes one more. */
  readonly generation: number;
  /** The session epoch inside the `sid`. */
  readonly epoch: number;
  readonly delivery: Delivery;
  /** If given, a session that was rotated later than this stays as it is. */
  readonly rotatedAtOrBeforeMs?: number;
  readonly nowMs: number;
  readonly idleTtlSeconds: number;
  /** Which tenant the account is taken to be of: nothing has been read yet. */
  readonly tenantId: string;
  /** What is recorded. It names the account's tenant, whatever it was taken for. */
  readonly event: (tenantId: string) => AuditEvent;
}

export type RotationOutcome =
  | { readonly rotated: true }
  | {
      readonly rotated: false;
      readonly session: Session | undefined;
      readonly accountHolds: boolean;
      /** Of `refreshPerSession`, where it has no room; other conditions may fail besides. */
      readonly refusal: LimitRefusal | undefined;
    };

export interface RefreshRotation {
  /**
   * Rotates a session, counts the rotation and records it, in one transaction, on condition that the session is active,
   * not expired, and of this client, delivery, secret and generation, that its limit has room, and that the account is
   * active and in the session's epoch. Where the account is of another tenant than it was taken for, the transaction is
   * sent once more. What is not rotated writes nothing.
   *
   * @returns when a condition does not hold, the session as it was. It comes with the error: there is no second read.
   * @throws ProblemError `unavailable`, also when a conflict with another transaction persists.
   */
  rotate(request: RotationRequest): Promise<RotationOutcome>;
}
