export interface TestStages {
  /** The suites in the cloud of the working tree; calls `beforeE2e` when e2e begins. */
  readonly inCloud: ((beforeE2e: () => void) => Promise<unknown>) | undefined;
  /** The slow tests, which want the processor; `beside` another suite they take what it leaves over. */
  readonly slow: (options: { readonly beside: boolean }) => Promise<unknown>;
  /** Brings up the release before, and upgrades it once nothing else runs that the upgrade could disturb. */
  readonly upgrade: ((others: Promise<unknown>) => Promise<unknown>) | undefined;
}

/**
 * Two cores are busy with all of the suites but e2e, which waits for the cloud half of its time: the slow tests run
 * beside it, and the release before is brought up. Each comes to its end, whatever becomes of the others.
 *
 * @throws the first error of them, in that order.
 */
export async function runInOrder({ inCloud, slow, upgrade }: TestStages): Promise<void> {
  const e2e = Promise.withResolvers<void>();
  const cloud = inCloud?.(e2e.resolve).finally(e2e.resolve);
  if (cloud === undefined) e2e.resolve();
  const slowTests = e2e.promise.then(() => slow({ beside: cloud !== undefined }));
  const others = Promise.allSettled([cloud, slowTests]);
  const upgraded =
    cloud === undefined ? others.then(() => upgrade?.(others)) : e2e.promise.then(() => upgrade?.(others));
  for (const done of await Promise.allSettled([cloud, slowTests, upgraded])) {
    if (done.status === 'rejected') throw done.reason;
  }
}
