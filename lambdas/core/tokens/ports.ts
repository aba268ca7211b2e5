import type { RevocationList } from './revocationList.ts';

/** The revocation list of a warm authorizer. */
export interface Revocations {
  /**
   * The list, which is renewed first if it is due. Between polls a call reads nothing; when a poll is due, the requests
   * of that moment wait for one load, which they share. A load is consistent: it holds every entry that was written
   * before it began, or it fails.
   *
   * @throws ProblemError `unavailable` when the first load fails, or when the copy is 30 s old: nothing is let through
   * unchecked.
   */
  get(): Promise<RevocationList>;
  /** The list without waiting, while no poll is due; undefined where `get` has to be asked. */
  fresh(): RevocationList | undefined;
}
