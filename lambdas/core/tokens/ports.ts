import type { RevocationList } from './revocationList.ts';

/** The revocation list of a warm authorizer. */
export interface Revocations {
  /**
   * The list, renewed first when it is due: between polls it costs no read, and then the next request waits for one
   * load, which all requests of that moment share. A load is consistent: every entry written before it began is in it,
   * or the load fails.
   *
   * @throws ProblemError `unavailable` when the first load fails, or when the copy is 30 s old: nothing is let through
   * unchecked.
   */
  get(): Promise<RevocationList>;
}
