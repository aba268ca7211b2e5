import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { MacKey } from './macKeyRing.ts';
import type { PublishedKeySet } from './publishedKeySet.ts';
import type { SigningKey } from './signingKey.ts';

/** The MAC keys of one ring. Each method throws ProblemError `unavailable` when the ring cannot be read. */
export interface MacKeys {
  /** The key for new tokens. */
  current(): Promise<MacKey>;
  /**
   * The key of that name, current or retired; undefined when the ring has none. An unknown name causes one reread in
   * 10 s. It throws when the ring cannot be read, because the key may be in it.
   */
  find(kid: string): Promise<MacKey | undefined>;
  /** Every key of the ring. A name that was made under an earlier key has to be looked for under each. */
  all(): Promise<readonly MacKey[]>;
}

export interface SigningKeys {
  /**
   * The key for new access tokens. It is read again after a minute, so that a key that was replaced in an emergency
   * soon goes out of use. While the secret cannot be read, it serves for three times the cache's period.
   *
   * @throws ProblemError `unavailable` after that, and when it cannot be read the first time.
   */
  current(): Promise<SigningKey>;
}

/** The public half of the signing key ring, for verifiers. */
export interface PublishedKeys {
  /**
   * The public keys as they are now; consistent.
   *
   * @throws ProblemError `unavailable` when there are none or they cannot be read.
   */
  read(): Promise<PublishedKeySet>;
}

/**
 * Writes the published keys. Each set names the set it was made from (its `version` less one) and replaces no other, so
 * two writers cannot undo each other.
 */
export interface KeyPublisher {
  /**
   * The published keys as they are now; consistent. Undefined before the first publication.
   *
   * @throws ProblemError `unavailable`.
   */
  find(): Promise<PublishedKeySet | undefined>;
  /**
   * Replaces the set, in one transaction with the event and the revocation of the keys put out of use.
   *
   * @returns false, with nothing written, when `set` was not made from the set that is there.
   * @throws ProblemError `unavailable`.
   */
  publish(write: {
    readonly set: PublishedKeySet;
    readonly nowMs: number;
    readonly event?: AuditEvent;
    readonly revokedKids?: readonly string[];
  }): Promise<boolean>;
}

/** One immutable version of a secret. */
export interface SecretVersion {
  readonly id: string;
  readonly text: string;
}

/** A secret as a rotation sees it. Labels move atomically, one at a time; a version's value never changes. */
export interface SecretVersions {
  /** The version in use (`AWSCURRENT`). */
  current(): Promise<SecretVersion | undefined>;
  /** A version by its id; undefined when there is none or it has no value yet. */
  version(id: string): Promise<SecretVersion | undefined>;
  stagesOf(id: string): Promise<readonly string[]>;
  /** Creates the version, unless it has a value, and moves `AWSPENDING` to it. */
  putPending(id: string, text: string): Promise<void>;
  /** Creates the version, unless it has a value, and moves `AWSCURRENT` to it. */
  putCurrent(id: string, text: string): Promise<void>;
  /** Moves `AWSCURRENT`. @returns false when `from` does not have it (any more): someone else was first. */
  promote(move: { readonly from: string; readonly to: string }): Promise<boolean>;
  /** Takes `AWSPENDING` from the version, so that no later rotation takes it for one under way. */
  dropPending(id: string): Promise<void>;
}
