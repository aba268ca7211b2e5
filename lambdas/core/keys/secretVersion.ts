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
