import { kidOf, type PublicJwk } from './jwk.ts';

/** Instants, in epoch seconds, by `kid`. */
export type InstantsByKid = Readonly<Record<string, number>>;

/** The keys that verifiers may read, and what a publisher has to know of them. */
export interface PublishedKeySet {
  readonly keys: readonly PublicJwk[];
  /**
   * What this release does not know for a public key of its own. It verifies nothing, hides no other key, and stays for
   * the verifiers of the release that wrote it, until its drop date.
   */
  readonly unknownKeys?: readonly unknown[];
  /** What a later release says of the set besides, by name. Every publication hands it on. */
  readonly unknownParts?: Readonly<Record<string, unknown>>;
  /** Counts publications; a writer states the one it started from. */
  readonly version: number;
  /** When the key was first published. */
  readonly firstPublished: InstantsByKid;
  /** From when on a retired key counts no longer, whether or not a later rotation has taken it out of the set. */
  readonly dropAt: InstantsByKid;
  /** The `kid`s that an emergency put out of use. No rotation, even one under way, brings them back. */
  readonly replaced: readonly string[];
  /** The version of the secret whose rotation is complete and on record. */
  readonly settled: string | undefined;
}

/** The keys of a set that still count. Each reader asks by its own clock. */
export function keysInForce({ keys, dropAt }: Pick<PublishedKeySet, 'keys' | 'dropAt'>, nowSeconds: number) {
  return keys.filter(({ kid }) => !isDropped(kid, dropAt, nowSeconds));
}

export function isDropped(kid: string, dropAt: InstantsByKid, nowSeconds: number): boolean {
  return nowSeconds >= (dropAt[kid] ?? Number.POSITIVE_INFINITY);
}

/**
 * The set with these keys added, for a rotation under way. It drops nothing: should the rotation fail, its current key
 * goes on signing.
 */
export function withKeys(
  set: PublishedKeySet | undefined,
  keys: readonly PublicJwk[],
  nowSeconds: number,
): PublishedKeySet {
  return nextSet(set, { keys: [...(set?.keys ?? []), ...keys], dropAt: set?.dropAt ?? {} }, nowSeconds);
}

/** The set with the dates at which its retired keys are dropped. */
export function withDropDates(set: PublishedKeySet, dropAt: InstantsByKid, nowSeconds: number): PublishedKeySet {
  return nextSet(set, { keys: set.keys, dropAt }, nowSeconds);
}

/** The set after a rotation: these keys and no others of this release's form. An emergency leaves no others at all. */
export function settledWith(
  set: PublishedKeySet | undefined,
  options: {
    readonly keys: readonly PublicJwk[];
    readonly dropAt: InstantsByKid;
    readonly replaced: readonly string[];
    readonly settled: string;
    readonly nowSeconds: number;
  },
): PublishedKeySet {
  const { replaced, settled, nowSeconds } = options;
  const allReplaced = [...new Set([...(set?.replaced ?? []), ...replaced])];
  const before = set && replaced.length > 0 ? { ...set, unknownKeys: [] } : set;
  return { ...nextSet(before, options, nowSeconds, allReplaced), settled };
}

function nextSet(
  set: PublishedKeySet | undefined,
  wanted: Pick<PublishedKeySet, 'keys' | 'dropAt'>,
  nowSeconds: number,
  replaced: readonly string[] = set?.replaced ?? [],
): PublishedKeySet {
  const byKid = new Map(wanted.keys.filter(({ kid }) => !replaced.includes(kid)).map((jwk) => [jwk.kid, jwk] as const));
  const dropDates = { ...set?.dropAt, ...wanted.dropAt };
  // Of a `kid` that two keys share, verifiers would admit neither.
  const unknown = (set?.unknownKeys ?? []).flatMap((jwk) => {
    const kid = kidOf(jwk);
    const stays = kid && !byKid.has(kid) && !replaced.includes(kid) && !isDropped(kid, dropDates, nowSeconds);
    return stays ? [{ kid, jwk }] : [];
  });
  const kids = [...byKid.keys(), ...unknown.map(({ kid }) => kid)];
  const firstPublished = Object.fromEntries(kids.map((kid) => [kid, set?.firstPublished[kid] ?? nowSeconds]));
  const unknownDates = Object.entries(dropDates).filter(([of]) => unknown.some(({ kid }) => kid === of));
  const knownDates = Object.entries(wanted.dropAt).filter(([kid]) => byKid.has(kid));
  return {
    keys: [...byKid.values()],
    ...(unknown.length > 0 && { unknownKeys: unknown.map(({ jwk }) => jwk) }),
    ...(set?.unknownParts && { unknownParts: set.unknownParts }),
    version: (set?.version ?? 0) + 1,
    firstPublished,
    dropAt: Object.fromEntries([...knownDates, ...unknownDates]),
    replaced,
    settled: set?.settled,
  };
}

/** Whether each of these keys is published, or was put out of use for good. */
export function holdsAll(set: PublishedKeySet, keys: readonly PublicJwk[]): boolean {
  const published = new Set([...set.keys.map(({ kid }) => kid), ...set.replaced]);
  return keys.every(({ kid }) => published.has(kid));
}
